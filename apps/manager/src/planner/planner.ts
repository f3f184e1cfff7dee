import { ErrorBody, PlanResponse } from "@alienplatform/api"
import type { StackSettings } from "@alienplatform/core"
import { adoptedRows, type Clock, type Plan, planDeployment, planText } from "@alienplatform/engine"
import type { Deployment, Release, Store } from "@alienplatform/store"
import type { Logger } from "pino"
import { z } from "zod"
import { errorBody } from "../answers/error-body.ts"
import { notFound } from "../answers/not-found.ts"
import type { View, Views } from "../answers/view.ts"
import type { Platforms } from "../platforms/platforms.ts"
import { clearFieldsFor, expandFor } from "../release/dry-run.ts"
import { refuseFrozenChanges } from "../release/frozen.ts"
import { type Sealer, sealerOf } from "../secrets/seal.ts"
import { withoutValues } from "../variables/clear-fields.ts"
import { Semaphore } from "./semaphore.ts"

/** What is planned: a release with settings, whatever the deployment has now. */
export interface PlanRequest {
  releaseId: string
  stackSettings: StackSettings
}

/** Written by the manager itself, so not looked into again. */
const trusted = <T>() => z.custom<T>((value) => value !== undefined)

const ShownPlan = z.object({ plan: trusted<Plan>(), text: z.string() })
type ShownPlan = z.infer<typeof ShownPlan>

/** As stored; `request` allows to begin again after a restart. */
const StoredPlan = z.object({
  status: PlanResponse.shape.status,
  request: z.object({ releaseId: z.string(), stackSettings: trusted<StackSettings>() }),
  /** Once it is ready. */
  views: z.object({ whole: ShownPlan, withoutValues: ShownPlan }).optional(),
  error: ErrorBody.optional(),
})
type StoredPlan = z.infer<typeof StoredPlan>

export interface PlannerOptions {
  store: Store
  platforms: Platforms
  clock: Clock
  installation: string
  secretKey: Uint8Array
  logger: Logger
}

/** Plan-only runs: they read the cloud and write nothing but their result. A few at a time. */
export class Planner {
  readonly #options: PlannerOptions
  readonly #underWay = new Map<string, Promise<void>>()
  readonly #places = new Semaphore(4)
  readonly #sealer: Sealer

  constructor(options: PlannerOptions) {
    this.#options = options
    this.#sealer = sealerOf(options.secretKey)
  }

  /**
   * What the first deploy would do of a deployment that does not exist yet. Stores nothing and touches no cloud object. Of
   * one that was forgotten, the objects that it had are searched for.
   */
  async preview(deployment: Deployment, release: Release): Promise<Plan> {
    const choices = await this.#options.store.choices(deployment.id)
    const { rows } = adoptedRows(choices)
    const store = { rows: async () => rows, choices: async () => choices }
    const { plan } = await this.#places.with(() => this.#planFor(store, deployment, release))
    return plan
  }

  /** Answers with the time from which on the stored plan is the one asked for, in ms. */
  async start(deployment: string, request: PlanRequest): Promise<number> {
    const at = this.#options.clock.now()
    await this.#save(deployment, { status: "planning", request }, at)
    this.#run(deployment, request, at)
    return at
  }

  /** What is stored. A plan that a restart interrupted is begun again, and so is one that an older version stored. */
  async read(deployment: string, view: View): Promise<PlanResponse | undefined> {
    const stored = await this.#options.store.plan(deployment)
    if (!stored) return undefined
    const { request, status: reached, views, error } = StoredPlan.parse(stored.plan)
    const status = reached === "ready" && !views ? "planning" : reached
    if (status === "planning" && !this.#underWay.has(deployment)) this.#run(deployment, request, stored.createdAt)
    return {
      status,
      createdAt: new Date(stored.createdAt).toISOString(),
      releaseId: request.releaseId,
      ...(views === undefined ? {} : view.pick(views)),
      ...(error === undefined ? {} : { error }),
    }
  }

  /** Waits for what is under way. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#underWay.values())
  }

  #run(deployment: string, request: PlanRequest, at: number): void {
    // One after the other per deployment, so that the newest request is stored last.
    const before = this.#underWay.get(deployment) ?? Promise.resolve()
    const running = before
      .then(() => this.#places.with(() => this.#plan(deployment, request)))
      .then(
        (views): StoredPlan => ({ status: "ready", request, views }),
        (error): StoredPlan => {
          this.#options.logger.warn({ deployment, err: error }, "plan failed")
          return { status: "failed", request, error: errorBody(error, "deployment's id") }
        },
      )
      .then((result) => this.#save(deployment, result, at))
      .catch((error) => this.#options.logger.error({ deployment, err: error }, "plan was not stored"))
      .finally(() => {
        if (this.#underWay.get(deployment) === running) this.#underWay.delete(deployment)
      })
    this.#underWay.set(deployment, running)
  }

  async #plan(id: string, { releaseId, stackSettings }: PlanRequest): Promise<Views<ShownPlan>> {
    const { store, platforms } = this.#options
    const [deployment, release] = await Promise.all([store.deployment(id), store.release(releaseId)])
    if (!deployment) throw notFound("deployment", id)
    if (!release) throw notFound("release", releaseId)
    await refuseFrozenChanges(store, deployment, release)
    const planned = { ...deployment, stackSettings }
    const { plan, graph, choices } = await this.#planFor(store, planned, release)
    const open = await platforms.get(deployment.platform)
    const clear = clearFieldsFor(graph, open, planned, release, { sealer: this.#sealer, choices })
    return { whole: shownPlan(plan), withoutValues: shownPlan(withoutValues(plan, clear)) }
  }

  async #planFor(store: Pick<Store, "rows" | "choices">, deployment: Deployment, release: Release) {
    const { platforms, ...options } = this.#options
    const open = await platforms.get(deployment.platform)
    const { id } = deployment
    const choices = await store.choices(id)
    const { graph, notes } = expandFor(open, deployment, release, { sealer: this.#sealer, choices })
    const { platform, context } = open
    const plan = await planDeployment({ ...options, store, platform, context, deployment: id, graph, notes })
    return { plan, graph, choices }
  }

  #save(deployment: string, plan: StoredPlan, at: number): Promise<void> {
    return this.#options.store.savePlan(deployment, plan, at)
  }
}

const shownPlan = (plan: Plan): ShownPlan => ({ plan, text: planText(plan) })
