import type { CodeFacts } from "../facts.ts"

/** What a workload meets through an SDK or the runtime. */
export const workloadCodes = {
  binding_invalid: {
    means:
      "A variable that the platform sets for the SDK cannot be understood; the message names the variable and never its value.",
    fix: "The vendor removes an override of it; if there is none, it is a fault of the platform.",
    acts: "vendor",
  },
  endpoint_pending: {
    means: "The SDK was asked for the URL of an endpoint whose host the platform has not given yet.",
    fix: "The vendor's code asks again a little later; `alien info` says what the deployment waits for.",
    acts: "vendor",
    retryable: true,
  },
  endpoint_unknown: {
    means:
      "The SDK was asked for the URL of an endpoint that the resource does not declare; the message lists the declared ones.",
    fix: "The vendor corrects the name.",
    acts: "vendor",
  },
  container_engine_missing: {
    means:
      "A resource runs from an image, and this machine has no container engine that can be used: none was found, or the one that `DOCKER_HOST` or Docker's context names is on another machine. The message says where it was looked for.",
    fix: "Install Docker or Podman and start it: on Debian and Ubuntu `sudo apt-get install podman runc`, then `systemctl --user enable --now podman.socket`. `alien doctor` says which engine is found; `alien retry NAME` goes on.",
    acts: "customer",
    http: 422,
  },
  image_pulling: {
    means: "The image of a resource is on its way from its registry to this machine.",
    fix: "Nobody has to act.",
    acts: "provider",
  },
  image_unavailable: {
    means:
      "The image of a resource cannot be had: it does not exist, its registry does not let this machine read it or does not answer. The container engine's own words follow. It is tried again about every ten minutes.",
    fix: "The vendor corrects the reference or pushes the image; whoever runs the machine logs in with `docker login`. `alien retry NAME` tries at once.",
    acts: "vendor",
  },
  manager_refused: {
    means:
      "A process warning of the SDK: the manager answered 401, 403 or 404 when a workload asked for its deployment, so it is not asked again and URLs stay as they were.",
    fix: "The vendor leaves `ALIEN_DEPLOYMENT_TOKEN` as the platform set it; whoever runs the manager sees whether the deployment still exists.",
    acts: "vendor",
  },
  manager_url_invalid: {
    means:
      "A process warning of the SDK: `ALIEN_MANAGER_URL` is no URL of http or https, or has credentials, a query or a fragment. The injected URLs answer alone.",
    fix: "The vendor removes an override of it; if there is none, it is a fault of the platform.",
    acts: "vendor",
  },
  port_invalid: {
    means: "A worker was started with a `PORT` that is no port, so it exits.",
    fix: "Whoever starts it sets `PORT`; the platforms do.",
    acts: "vendor",
  },
  resource_wrong_type: {
    means: "The SDK was asked for a resource by the call for another type.",
    fix: "The vendor uses the call that the message names.",
    acts: "vendor",
  },
  runtime_missing: {
    means: "The Rust SDK was asked for a context outside of a tokio runtime, which its questions to the manager need.",
    fix: "The vendor awaits `AlienContext::from_env()` inside of one, as in a `main` with `#[tokio::main]`.",
    acts: "vendor",
  },
  unhandled_errors: {
    means:
      "The endpoint works, but errors happened in its Worker outside of a request's own call: a promise that was rejected and nobody awaited, or an exception out of a timer or an event. They are logged with their stacks, counted, and kept from ending the process; the message carries the last one's first line. A hundred exceptions within ten seconds end it all the same, and it is started again.",
    fix: "The vendor finds them with `alien logs` and awaits the promise or catches the error. The code goes away with the next start of the process, or after an hour without a new one.",
    acts: "vendor",
  },
  websocket_not_supported: {
    means:
      "A client asked a Worker for a WebSocket and got a 501: a Worker's handler answers requests, it has no connection to keep.",
    fix: "The vendor serves it from a Container or Daemon, which the gateway passes WebSockets to, or streams server-sent events from the Worker.",
    acts: "vendor",
    gateway: [501],
  },
} as const satisfies Record<string, CodeFacts>
