import type { CodeFacts } from "../facts.ts"

/** Conditions of an endpoint. */
export const endpointCodes = {
  certificate_host_mismatch: {
    means: "A certificate does not cover the host that it is meant for.",
    fix: "The customer chooses one that covers it, or changes the domain; at the local gateway the route alone is rejected.",
    acts: "customer",
  },
  certificate_not_issued: {
    means: "A certificate is not issued yet, because its authority waits for proof that the host is the customer's.",
    fix: "The customer creates the record that the message names in their DNS.",
    acts: "customer",
  },
  port_not_listening: {
    means:
      "The workload runs, but does not listen on one of its ports; the message names the port, the variable that tells it, and where the workload listens instead; its fix says whether the port is wrong or the address.",
    fix: "Listen on the port that `PORT` or `ALIEN_PORT_<ENDPOINT>` names, on 127.0.0.1, on ::1, or on all addresses.",
    acts: "vendor",
  },
  probe_failed: {
    means:
      "A request with the endpoint's final host name got no answer, the front's answer instead of the app's, or not the 2xx or 3xx that the declared readiness probe asks for; or a tcp endpoint took no connection, or closed it at once.",
    fix: "The vendor looks at the workload's logs when the app answered; otherwise the provider's front is not (or no longer) in place and the next probe may succeed.",
    acts: "vendor",
  },
  probe_not_possible_from_here: {
    means:
      "The endpoint cannot be seen from where the manager runs, because the network has no way there or because the address is one that is never connected to. It does not hold back `ready`.",
    fix: "Whoever can reach the endpoint runs the command in the condition's `fix`.",
    acts: "customer",
  },
  provisioning: {
    means: "A condition waits for objects that are still being made or changed.",
    fix: "Nobody has to act: it ends by itself.",
    acts: "manager",
  },
  tls_invalid: {
    means:
      "The address that serves the host did not present a certificate that is valid for it: another name, expired, an authority that is not trusted, or no TLS at all.",
    fix: "With a custom domain the customer corrects the certificate; with the provider's name it is the provider's and usually passes.",
    acts: "provider",
  },
  update_failed: {
    means:
      "The revision before still serves, but the new one was refused, crashes, or was not ready within a minute. The message carries the reason and the workload's last lines, `context.code` the code behind it.",
    fix: "If it becomes ready later, the update goes through by itself; otherwise whoever is named acts, then releases again, rolls back or runs `retry`.",
    acts: "vendor",
  },
  update_in_progress: {
    means: "The target is ok because the revision before still serves while the new one is being made.",
    fix: "Nobody has to act.",
    acts: "manager",
  },
  workload_crashed: {
    means:
      "The workload's program exited; the message carries how, how often so far, and its last lines. It is started again with growing pauses. After three exits in a row its endpoints are `failed`, whether it answers between them or not, until a run has lasted a minute, or twice as long as the longest of those that ended (ten minutes at most).",
    fix: "Fix the cause. A service ends only when it is told to: exit code 0 counts as well.",
    acts: "vendor",
  },
  workload_unhealthy: {
    means:
      "The program runs, but failed its declared health check as many times in a row as that allows; the message says what was seen. It is stopped with its grace period and started again with growing pauses.",
    fix: "Fix what the check found, or the check.",
    acts: "vendor",
  },
} as const satisfies Record<string, CodeFacts>
