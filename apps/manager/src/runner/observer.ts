import type { EndpointReport } from "@alienplatform/core"
import { judgeEndpoint, neededProbes, type ProbeOptions, type ProbeResult, probeHost } from "@alienplatform/endpoints"
import type { Clock, EndpointPlan, Notice, ObjectRow, Platform } from "@alienplatform/engine"
import type { EndpointRow } from "@alienplatform/store"
import type { Logger } from "pino"

const PROBE_TIMEOUT_MS = 5_000
/** Between two looks while the engine works, in ms. */
const PAUSE = 500

export interface ObserverOptions {
  /** Stores what was found when it is other than before. */
  save: (rows: readonly EndpointRow[]) => Promise<void>
  clock: Clock
  platform: Pick<Platform, "isFrontAnswer">
  /** What the platform says of nodes that serve. Default: nothing. */
  notices?: () => Promise<readonly Notice[]>
  certificateAuthorityFile: string | undefined
  /** In declared order. */
  plans: readonly EndpointPlan[]
  /** Endpoints as the run before stored them. */
  stored: readonly EndpointRow[]
  generation: number
  /** Objects that a gate has kept waiting for too long. */
  overdue: () => ReadonlySet<string>
  signal: AbortSignal
  logger: Logger
  probe?: ((options: ProbeOptions) => Promise<ProbeResult>) | undefined
}

/** Derives the state of a deployment's endpoints from rows and probes, and stores it when it changed. */
export class Observer {
  readonly #options: ObserverOptions
  readonly #reports = new Map<string, EndpointReport>()
  #saved: string
  #rows: readonly ObjectRow[] = []
  #looking: Promise<void> | undefined
  #again = false
  /** Ends the looks in the background; each time they begin there is a new one. */
  #over = new AbortController()

  constructor(options: ObserverOptions) {
    this.#options = options
    for (const row of options.stored) this.#reports.set(keyOf(row), row.report)
    this.#saved = JSON.stringify(options.stored)
  }

  get reports(): EndpointReport[] {
    return this.#options.plans.flatMap((plan) => this.#reports.get(keyOf(plan)) ?? [])
  }

  /** The engine changed something: look soon, without holding it up. Branches that are ready are probed at once. */
  changed(rows: readonly ObjectRow[]): void {
    this.#rows = rows
    this.#again = true
    this.#looking ??= this.#lookWhileItChanges().finally(() => {
      this.#looking = undefined
    })
  }

  /** A whole look, every host probed. Nothing runs in the background afterwards. */
  async finish(rows: readonly ObjectRow[]): Promise<EndpointReport[]> {
    this.#over.abort()
    await this.#looking
    await this.#look(rows, this.#options.plans)
    return this.reports
  }

  /** Ends the looks in the background. */
  async stop(): Promise<void> {
    this.#over.abort()
    await this.#looking
  }

  async #lookWhileItChanges(): Promise<void> {
    const { clock, logger, plans } = this.#options
    this.#over = new AbortController()
    const over = this.#over.signal
    while (this.#again && !over.aborted) {
      this.#again = false
      const fresh = plans.filter(
        (plan) => this.#reports.get(keyOf(plan))?.state !== "ready" && targetsSettled(plan, this.#rows),
      )
      try {
        await this.#look(this.#rows, fresh)
      } catch (error) {
        // The end of the run looks again and tells.
        logger.debug({ err: error }, "a look during the run failed")
      }
      await clock.until(clock.now() + PAUSE, over)
    }
  }

  async #look(rows: readonly ObjectRow[], probed: readonly EndpointPlan[]): Promise<void> {
    const { clock, plans, generation, overdue, certificateAuthorityFile } = this.#options
    const [probes, notices] = await Promise.all([this.#probe(probed, rows), this.#notices()])
    for (const plan of plans) {
      const report = judgeEndpoint({
        plan,
        rows,
        probes,
        previous: this.#reports.get(keyOf(plan)),
        generation,
        overdue: overdue(),
        notices,
        now: clock.now(),
        deleting: false,
        ...(certificateAuthorityFile === undefined ? {} : { certificateAuthorityFile }),
      })
      this.#reports.set(keyOf(plan), report)
    }
    await this.#save()
  }

  async #probe(plans: readonly EndpointPlan[], rows: readonly ObjectRow[]): Promise<Map<string, ProbeResult>> {
    const { platform, signal, probe = probeHost } = this.#options
    const results = await Promise.all(
      neededProbes(plans, rows).map(async ({ key, ...request }): Promise<[string, ProbeResult]> => {
        const { isFrontAnswer } = platform
        return [key, await probe({ ...request, timeoutMs: PROBE_TIMEOUT_MS, isFrontAnswer, signal })]
      }),
    )
    // What was given up says nothing.
    return signal.aborted ? new Map() : new Map(results)
  }

  /** What cannot be asked for says nothing. */
  async #notices(): Promise<readonly Notice[]> {
    const { notices = async () => [], logger } = this.#options
    return notices().catch((error: unknown) => {
      logger.debug({ err: error }, "the platform could not be asked what it notices")
      return []
    })
  }

  async #save(): Promise<void> {
    const { save, plans } = this.#options
    const rows = plans.flatMap((plan, position): EndpointRow[] => {
      const report = this.#reports.get(keyOf(plan))
      if (!report) return []
      return [{ resource: plan.resource, endpoint: plan.endpoint, position, report }]
    })
    const text = JSON.stringify(rows)
    if (text === this.#saved) return
    await save(rows)
    this.#saved = text
  }
}

const keyOf = ({ resource, endpoint }: { resource: string; endpoint: string }) => `${resource}/${endpoint}`

const targetsSettled = (plan: EndpointPlan, rows: readonly ObjectRow[]): boolean =>
  plan.hosts.every(({ target }) =>
    target.every(({ node }) => rows.some((row) => row.node === node && !row.doomed && row.state.status === "settled")),
  )
