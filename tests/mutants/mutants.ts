/** One invariant of the design, switched off in the engine's sources. */
export interface Mutant {
  invariant: string
  /** Relative to packages/engine/src. */
  file: string
  /** Must stand in the file exactly once. */
  find: string
  replace: string
  /** Start of the name of the test that must turn red, in invariants.test.ts. */
  test: string
}

export const mutants: readonly Mutant[] = [
  {
    invariant: "observe first",
    file: "visit.ts",
    find: "    reading = await read(run, row, type, goal)",
    replace:
      '    reading = type.kind === "object" && row.created === null && row.id === null ? undefined : await read(run, row, type, goal)',
    test: "1 observe first",
  },
  {
    invariant: "a call is persisted before it is made",
    file: "make-call.ts",
    find: '  await run.writer.save([row], [event(run, row, verb, plan.decision.reasons.join(", "))])\n',
    replace: "",
    test: "2 a call is on record",
  },
  {
    invariant: "own or refuse",
    file: "owner.ts",
    find: 'sameOwner(mark, ownerOf(row, identity)) ? "ours" : "foreign"',
    replace: '"ours"',
    test: "3 own or refuse",
  },
  {
    invariant: "a release never drops a host",
    file: "resolve.ts",
    find: "    else if (sent && sent.props !== null) merged[key] = sent.props\n",
    replace: "",
    test: "4 a release never drops a host",
  },
  {
    invariant: "a second run makes only reads",
    file: "props.ts",
    find: "(open ? unsure : row.props?.[field])",
    replace: "unsure",
    test: "5 a second run makes only reads",
  },
  {
    invariant: "the successor is usable before the old one goes",
    file: "world.ts",
    find: "return dependants.every(",
    replace: "return true || dependants.every(",
    test: "6 the successor is usable",
  },
  {
    invariant: "deletes complete or are listed",
    file: "decide.ts",
    find: '    return wait("changing", { code: "deleting", message: "it is being deleted" }, "poll")',
    replace: '    return { action: "remove", foreign: false }',
    test: "7 deletes complete or are listed",
  },
  {
    invariant: "a person is not a timeout",
    file: "decide.ts",
    find: '  if ("waiting" in status) return wait(',
    replace:
      '  if ("waiting" in status) return { action: "park", why: status.waiting, byProps: true }\n  if ("never" in status) return wait(',
    test: "8 a person is not a timeout",
  },
  {
    invariant: "one run at a time, fenced",
    file: "make-call.ts",
    find: "    run.writer.check(timeout)\n",
    replace: "",
    test: "9 one run at a time",
  },
  {
    invariant: "branches are independent",
    file: "visit.ts",
    find: "      park(row, decision.why, decision.byProps",
    replace:
      "      if (decision.byProps !== null) throw new Error(decision.why.message)\n      park(row, decision.why, decision.byProps",
    test: "10 branches are independent",
  },
]
