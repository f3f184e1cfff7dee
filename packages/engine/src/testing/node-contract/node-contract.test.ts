import { problem } from "@alienplatform/core"
import type { MemoryContext } from "@alienplatform/simulator-memory"
import { MemoryCloud, Role } from "@alienplatform/simulator-memory"
import { expect, test } from "vitest"
import type { ObjectType } from "../../declare/node-type.ts"
import type { Reading } from "../../declare/reading.ts"
import { knownValue } from "../../declare/sent.ts"
import { SimulatedClock } from "../clock.ts"
import {
  expectAbsenceRead,
  expectChangedInPlace,
  expectCrashSurvived,
  expectNothingLeft,
  expectOnlyReads,
  expectPlainReading,
  expectRepaired,
  expectSecondDeleteTaken,
  expectSettled,
} from "./checks.ts"
import { expectForeignUntouched } from "./foreign.ts"
import { NodeDeployment } from "./node-deployment.ts"

interface Props {
  policy: string[]
}
type Attributes = { id: string }
type RoleType = ObjectType<Props, Attributes, MemoryContext>
type RoleBed = NodeDeployment<Props, Attributes, MemoryContext>

const open = (defects: Partial<RoleType>): RoleBed => {
  const clock = new SimulatedClock()
  const type: RoleType = { ...Role, ...defects }
  return new NodeDeployment(type, { context: { cloud: new MemoryCloud(clock) }, clock }, () => ({ policy: ["read"] }))
}

type Read = Reading<Props, Attributes>
const reads = (change: (reading: Read, args: Parameters<RoleType["read"]>[0]) => Partial<Read>): Partial<RoleType> => ({
  read: async (args) => {
    const reading = await Role.read(args)
    return reading && { ...reading, ...change(reading, args) }
  },
})
const policy = { policy: ["read", "write"] }

const defects: [string, Partial<RoleType>, (deployment: RoleBed) => Promise<void>][] = [
  ["is unlike what was asked for", reads(() => ({ props: { policy: ["another"] } })), expectSettled],
  ["never becomes settled", reads(() => ({ status: "changing" })), expectSettled],
  ["deletes nothing", { delete: async () => undefined }, leavesNothingAfterAll],
  [
    "deletes only what is there",
    {
      delete: async (args) => {
        if (!args.cloud.existing(args.id)) throw problem("not_found", { message: "gone", outcome: "refused" })
        return Role.delete(args)
      },
    },
    expectSecondDeleteTaken,
  ],
  [
    "is read where nothing is",
    { read: async (args) => (await Role.read(args)) ?? nobody(args.name) },
    expectAbsenceRead,
  ],
  ["answers a date", reads(({ id }) => ({ attributes: { id, made: new Date(0) } as Attributes })), expectPlainReading],
  ["is foretold wrongly", { predict: () => ({ id: "another" }) }, expectPlainReading],
  ["updates nothing", { update: async () => undefined }, (deployment) => expectChangedInPlace(deployment, policy)],
  ["calls everything its own", reads((_, { owner }) => ({ owner })), expectForeignUntouched],
  [
    "does not see a change",
    reads((_, { props }) => ({ props: { policy: knownValue<string[]>(props.policy) } })),
    (deployment) => expectRepaired(deployment, changeByHand),
  ],
  [
    "forgets whose it is",
    { create: (args) => Role.create({ ...args, owner: { ...args.owner, deployment: "dep_x" } }) },
    (deployment) => expectCrashSurvived(deployment, "create", "after"),
  ],
  [
    "changes at every look",
    reads(({ id }) => ({ attributes: { id, at: Math.random() } as Attributes })),
    expectOnlyReads,
  ],
]

const nobody = (id: string): Read => ({ id, props: {}, attributes: { id }, status: "settled" })

async function leavesNothingAfterAll(deployment: RoleBed): Promise<void> {
  await expectSettled(deployment)
  await expectNothingLeft(deployment)
}

function changeByHand({ id, context }: { id: string; context: MemoryContext }): void {
  const role = context.cloud.existing(id)
  if (role) role.props = { policy: ["everything"] }
}

test.each(defects)("it finds a type that %s", async (_, defect, check) => {
  await check(open({}))
  await expect(check(open(defect))).rejects.toThrow()
})
