import type { CodeFacts } from "../facts.ts"

/** Objects of a deployment: why one is not as wanted yet, and what a cloud answers to a call. */
export const objectCodes = {
  access_lost: {
    means:
      "A deletion stands still: every object whose turn it is may not be read, deleted or unmarked any more. `context.objects` lists what is left as `{node, type, id}`.",
    fix: "The customer gives the manager access again, and it goes on by itself within about ten minutes, or at once with `alien retry NAME`. Or the customer deletes those objects by hand and the vendor runs `alien destroy NAME --forget`.",
    acts: "customer",
  },
  already_exists: {
    means: "A create was answered with: there is such an object already.",
    fix: "Nobody has to act: what is there is read, and decides what comes next.",
    acts: "manager",
    retryable: true,
  },
  call_open: {
    means: "A call to the cloud was made and its answer never came, so it may still take effect.",
    fix: "Nobody has to act: what is there is looked at again until the call's time is over, then it is decided anew.",
    acts: "manager",
  },
  call_timeout: {
    means: "A cloud did not answer a call in time; whether it took effect is unknown.",
    fix: "Nobody has to act: the engine looks, and repeats the call where that is safe.",
    acts: "manager",
    retryable: true,
  },
  choices_exhausted: {
    means: "A choice that is made once and kept, such as a rule's priority, has no candidate left.",
    fix: "Remove endpoints, or split the stack.",
    acts: "vendor",
  },
  conflict: {
    means: "The object is in a state that forbids the call, for example it is just being stopped.",
    fix: "Nobody has to act: the call is repeated.",
    acts: "manager",
    retryable: true,
    http: 409,
  },
  delete_without_effect: {
    means:
      "A cloud took several deletes of an object and shows it all the same. It is deleted again, less and less often.",
    fix: "Whoever has the account looks at the object in the cloud's console: a lock or a policy may keep it.",
    acts: "provider",
  },
  deleting: {
    means: "The cloud took the delete and is still working on it.",
    fix: "Nobody has to act.",
    acts: "provider",
  },
  denied: {
    means:
      "A cloud does not let the manager do this: a permission is missing, or a policy forbids it. It is tried again about every ten minutes.",
    fix: "The customer grants what the message names; `alien retry NAME` tries at once.",
    acts: "customer",
  },
  gathers: {
    means:
      "A shared object is about to be changed, and more entries for it are on their way: one call carries them all.",
    fix: "Nobody has to act.",
    acts: "manager",
  },
  graph_cycle: {
    means: "The platform's components made nodes that wait for each other.",
    fix: "It is a fault of this software: report it with the stack.",
    acts: "manager",
  },
  graph_invalid: {
    means: "The platform's components contradicted each other while a stack was expanded.",
    fix: "It is a fault of this software: report it with the stack.",
    acts: "manager",
  },
  holds_foreign_entries: {
    means: "An object of ours still holds entries that somebody else put there, so it is not deleted.",
    fix: "The customer: remove the entries that the message names, or keep the object.",
    acts: "customer",
  },
  host_label_collision: {
    means: "Two endpoints of a deployment would have the same host.",
    fix: "Give one of them another `hostLabel`.",
    acts: "vendor",
  },
  invalid: {
    means: "A cloud does not take the values that an object was asked for with. The same is not sent again.",
    fix: "The vendor corrects what the message names in the stack, or the customer in the settings.",
    acts: "vendor",
  },
  key_taken: {
    means:
      "Two nodes of one deployment want what only one object can have: a host, a port, a path. The message names the one that has it and keeps it.",
    fix: "Whoever declares them changes one of the two.",
    acts: "vendor",
  },
  missing: {
    means: "An object of ours was deleted by somebody else.",
    fix: "Nobody has to act: it is made again as soon as what it refers to is ready.",
    acts: "manager",
  },
  name_taken: {
    means:
      "The name belongs to another deployment, or in a cloud to an object that is not ours; it is never overwritten.",
    fix: "Whoever chose the name takes another one, or removes what holds it.",
    acts: "customer",
    http: 409,
  },
  node_type_unknown: {
    means: "A recorded object is of a type that this version does not know.",
    fix: "Install the version that made it.",
    acts: "vendor",
  },
  not_changeable: {
    means: "An object differs in something that the cloud cannot change in place.",
    fix: "Nobody has to act: another one takes its place.",
    acts: "manager",
  },
  not_converging: {
    means: "The cloud took the same change three times and still answers the old value; the message names the field.",
    fix: "The vendor or customer: set a value that the cloud keeps, or look for somebody who changes it back, then run `retry`.",
    acts: "vendor",
  },
  not_ready: {
    means: "What a call needs was just made or granted, and the cloud does not know it everywhere yet.",
    fix: "Nobody has to act: the call is repeated.",
    acts: "manager",
    retryable: true,
  },
  not_visible_yet: {
    means: "A new object is not shown by the cloud's reads yet.",
    fix: "Nobody has to act.",
    acts: "provider",
  },
  operation_stuck: {
    means:
      "An operation that a cloud accepted has been running for longer than such operations ever take. It is asked for again, and a deletion no longer waits for it.",
    fix: "Whoever has the account looks at the object in the cloud's console.",
    acts: "provider",
  },
  provider_error: {
    means: "A call to a cloud failed in a way that is not recognised; whether it took effect is unknown.",
    fix: "Nobody has to act at first: it is looked at and repeated. If it stays, report it.",
    acts: "provider",
    retryable: true,
  },
  quota: {
    means:
      "The account may have no more objects of this kind, or no more of something in it. It is tried again about every ten minutes.",
    fix: "Ask the provider for a higher limit in that account, or remove what is not needed; `alien retry NAME` tries at once.",
    acts: "provider",
  },
  serialized: {
    means: "The cloud takes one change at a time here, and another one is in flight.",
    fix: "Nobody has to act.",
    acts: "manager",
  },
  throttled: {
    means: "The cloud allows only so many calls, and the next one waits for its place.",
    fix: "Nobody has to act; ask the provider for a higher limit if it is always slow.",
    acts: "provider",
    retryable: true,
  },
  twin: {
    means: "A create whose answer was lost made a second object.",
    fix: "Nobody has to act: the second one is deleted.",
    acts: "manager",
  },
  unavailable: {
    means: "A service did not answer, or failed.",
    fix: "Nobody has to act: the call is repeated.",
    acts: "provider",
    retryable: true,
    http: 503,
    exit: 1,
  },
  update_not_visible_yet: {
    means: "A change was taken but reads do not show it yet.",
    fix: "Nobody has to act.",
    acts: "provider",
  },
  waits_for: {
    means: "A node needs the answer of others that are not there, or not as wanted, yet; the message names them.",
    fix: "Nobody has to act: what holds those up is told with them.",
    acts: "manager",
  },
  waits_for_key: {
    means:
      "An old object has to be gone before the new one can come, since both would have the same host, port or path.",
    fix: "Nobody has to act; until then nothing serves there.",
    acts: "manager",
  },
} as const satisfies Record<string, CodeFacts>
