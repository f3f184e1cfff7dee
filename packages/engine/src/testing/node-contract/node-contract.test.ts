import { problem } from "@alienplatform/core"
import type { MemoryContext } from "@alienplatform/simulator-memory"
import { MemoryCloud, Role } from "@alienplatform/simulator-memory"
import { expect, test } from "vitest"
import type { ObjectType } from "../../declare/node-type.ts"
import type { Reading } from "../../declare/reading.ts"
import { knownValue } from "../../declare/sent.ts"
import { SimulatedClock } from "../clock.ts"
import { Bed } from "./bed.ts"
import {
  changesInPlace,
  deletesTwice,
  leavesNothing,
  onlyReads,
  readsAbsence,
  readsPlainly,
  repairs,
  settles,
  survives,
} from "./checks.ts"
import { leavesForeignAlone } from "./foreign.ts"

interface Props {
  policy: string[]
}
type Attributes = { id: string }
type RoleType = ObjectType<Props, Attributes, MemoryContext>
type RoleBed = Bed<Props, Attributes, MemoryContext>

const open = (defects: Partial<RoleType>): RoleBed => {
  const clock = new SimulatedClock()
  const type: RoleType = { ...Role, ...defects }
  return new Bed(type, { context: { cloud: new MemoryCloud(clock) }, clock }, () => ({ policy: ["read"] }))
}

type Read = Reading<Props, Attributes>
const reads = (change: (reading: Read, args: Parameters<RoleType["read"]>[0]) => Partial<Read>): Partial<RoleType> => ({
  read: async (args) => {
    const reading = await Role.read(args)
    return reading && { ...reading, ...change(reading, args) }
  },
})
const policy = { policy: ["read", "write"] }

const defects: [string, Partial<RoleType>, (bed: RoleBed) => Promise<void>][] = [
  ["is unlike what was asked for", reads(() => ({ props: { policy: ["another"] } })), settles],
  ["never becomes settled", reads(() => ({ status: "changing" })), settles],
  ["deletes nothing", { delete: async () => undefined }, leavesNothingAfterAll],
  [
    "deletes only what is there",
    {
      delete: async (args) => {
        if (!args.cloud.existing(args.id)) throw problem("not_found", { message: "gone", outcome: "refused" })
        return Role.delete(args)
      },
    },
    deletesTwice,
  ],
  ["is read where nothing is", { read: async (args) => (await Role.read(args)) ?? nobody(args.name) }, readsAbsence],
  ["answers a date", reads(({ id }) => ({ attributes: { id, made: new Date(0) } as Attributes })), readsPlainly],
  ["is foretold wrongly", { predict: () => ({ id: "another" }) }, readsPlainly],
  ["updates nothing", { update: async () => undefined }, (bed) => changesInPlace(bed, policy)],
  ["calls everything its own", reads((_, { owner }) => ({ owner })), leavesForeignAlone],
  [
    "does not see a change",
    reads((_, { props }) => ({ props: { policy: knownValue<string[]>(props.policy) } })),
    (bed) => repairs(bed, changeByHand),
  ],
  [
    "forgets whose it is",
    { create: (args) => Role.create({ ...args, owner: { ...args.owner, deployment: "dep_x" } }) },
    (bed) => survives(bed, "create", "after"),
  ],
  ["changes at every look", reads(({ id }) => ({ attributes: { id, at: Math.random() } as Attributes })), onlyReads],
]

const nobody = (id: string): Read => ({ id, props: {}, attributes: { id }, status: "settled" })

async function leavesNothingAfterAll(bed: RoleBed): Promise<void> {
  await settles(bed)
  await leavesNothing(bed)
}

function changeByHand({ id, context }: { id: string; context: MemoryContext }): void {
  const role = context.cloud.existing(id)
  if (role) role.props = { policy: ["everything"] }
}

test.each(defects)("it finds a type that %s", async (_, defect, check) => {
  await check(open({}))
  await expect(check(open(defect))).rejects.toThrow()
})
