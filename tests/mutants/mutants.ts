/** A change to the engine's sources that a test must notice. */
export interface Mutant {
  /** The rule that no longer holds. */
  what: string
  /** File to change, relative to packages/engine/src. */
  file: string
  /** Text to replace; must stand in the file exactly once. */
  find: string
  replace: string
  /** Start of the name of the test that must turn red, without the names of its suites. */
  test: string
  /** File of the test, relative to packages/engine/src. */
  in: string
}

/** Mutants that switch an invariant of the design off. */
const invariants: readonly Omit<Mutant, "in">[] = [
  {
    what: "observe first",
    file: "run/read-object.ts",
    find: "  if (isParentJustCreated(run, row, type)) return undefined\n",
    replace: '  if (type.kind === "object" && row.id === null && row.created === null) return undefined\n',
    test: "1 observe first",
  },
  {
    what: "a call is persisted before it is made",
    file: "run/make-call.ts",
    find: "  await run.save(opened, events.splice(0))\n",
    replace: "",
    test: "2 a call is on record",
  },
  {
    what: "own or refuse",
    file: "record/owner.ts",
    find: 'sameOwner(reading.owner, ownerOf(row, installed)) ? "ours" : "foreign"',
    replace: '"ours"',
    test: "3 own or refuse",
  },
  {
    what: "a release never drops a host",
    file: "decide/resolve-node.ts",
    find: "    else if (sent && sent.props !== null) merged[key] = sent.props\n",
    replace: "",
    test: "4 a release never drops a host",
  },
  {
    what: "a second run makes only reads",
    file: "decide/differences.ts",
    find: "open ? unsure : row.props?.[name]",
    replace: "unsure",
    test: "5 a second run makes only reads",
  },
  {
    what: "the successor is usable before the old one goes",
    file: "decide/deployment-state.ts",
    find: "      if (holders.every(",
    replace: "      if (true || holders.every(",
    test: "6 the successor is usable",
  },
  {
    what: "deletes complete or are listed",
    file: "decide/decide.ts",
    find: '    return wait("changing", { code: "deleting", message: "it is being deleted" }, "poll")',
    replace: '    return { action: "remove", event: "deleted" }',
    test: "7 deletes complete or are listed",
  },
  {
    what: "a person is not a timeout",
    file: "decide/decide.ts",
    find: '  if ("waiting" in status) return waitForAction(',
    replace:
      '  if ("waiting" in status) return park(status.waiting, "never")\n  if ("never" in status) return waitForAction(',
    test: "8 a person is not a timeout",
  },
  {
    what: "one run at a time, fenced",
    file: "run/make-call.ts",
    find: "  run.writer.checkLease(callTimeoutMs)\n",
    replace: "",
    test: "9 one run at a time",
  },
  {
    what: "branches are independent",
    file: "run/run-loop.ts",
    find: "    return this.#failure !== undefined || this.#options.signal?.aborted === true\n",
    replace:
      '    const parked = [...this.#run.state.rows.all()].some(({ state }) => state.status === "parked")\n' +
      "    return parked || this.#failure !== undefined || this.#options.signal?.aborted === true\n",
    test: "10 branches are independent",
  },
]

/** Mutants that once survived all tests. */
const survivors: readonly Mutant[] = [
  {
    what: "while an update is open, its object holds what it held before",
    file: "decide/apply.ts",
    find: "      dependencies: mergeDependencies(dependencies, wanted.dependencies),",
    replace: "      dependencies: wanted.dependencies,",
    test: "the object depends on the old one and on the new one",
    in: "run/open-calls.test.ts",
  },
  {
    what: "and so does each of its parts",
    file: "decide/apply.ts",
    find: "    const dependencies = mergeDependencies(sent?.dependencies ?? {}, ready?.dependencies ?? {})",
    replace: "    const dependencies = ready?.dependencies ?? {}",
    test: "a part depends on the old one and on the new one",
    in: "run/open-calls.test.ts",
  },
  {
    what: "choices are stored with the first write",
    file: "run/writer.ts",
    find: "const choices = { ...this.#choices, ...remembered.choices }",
    replace: "const choices = remembered.choices",
    test: "is on record before the first call that it is part of",
    in: "run/choices.test.ts",
  },
  {
    what: "a retry counts updates anew",
    file: "decide/apply.ts",
    find: "  return { ...row, parts, state, repeated: null, deletes: 0, tries: 0 }",
    replace: "  return { ...row, parts, state, deletes: 0, tries: 0 }",
    test: "a retry gives what did not converge another three updates",
    in: "run/open-calls.test.ts",
  },
  {
    what: "the lease is renewed for as long as a call may take",
    file: "run/make-call.ts",
    find: "  await run.writer.coverCall(callTimeoutMs)\n",
    replace: "  await run.writer.coverCall(0)\n",
    test: "is renewed where less of it is left than the call may take",
    in: "run/fence.test.ts",
  },
  {
    what: "a call starts only with more lease left than it may take",
    file: "run/make-call.ts",
    find: "  run.writer.checkLease(callTimeoutMs)\n",
    replace: "  run.writer.checkLease(0)\n",
    test: "has to last for longer than the call may take",
    in: "run/fence.test.ts",
  },
  {
    what: "what was read for other desired props decides nothing",
    file: "run/visit.ts",
    find: "    if (run.state.goalKey(today, now) !== this.#goalKey) return",
    replace: "    if (this.#goalKey === undefined) return",
    test: "what is wanted otherwise when a read comes back",
    in: "run/open-calls.test.ts",
  },
  {
    what: "a parent that is looked up is not ours",
    file: "run/visit.ts",
    find: ' || run.state.typeOf(other).kind !== "object") return false',
    replace: ") return false",
    test: "a parent that is looked up is the customer's",
    in: "run/open-calls.test.ts",
  },
  {
    what: "a second object with our mark goes",
    file: "run/twins.ts",
    find: "      doomed: true,\n",
    replace: "      doomed: false,\n",
    test: "are found and deleted, however many there are",
    in: "run/open-calls.test.ts",
  },
]

export const mutants: readonly Mutant[] = [
  ...invariants.map((mutant) => ({ ...mutant, in: "invariants.test.ts" })),
  ...survivors,
]
