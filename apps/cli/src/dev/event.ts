import type { DeploymentInfoResponse, LogEntry } from "@alienplatform/api/client"
import type { ErrorJson } from "@alienplatform/core/error"
import type { EndpointView } from "../manager/endpoint-view.ts"

/** An event of `alien dev`, in the order in which a person would report them. With --json each is a line. */
export type DevEvent =
  | { event: "listening"; url: string; stack: string; data: string; deployment: string }
  | { event: "note"; text: string }
  | { event: "building"; changed: string[] }
  /** How far the build of a source is that takes long; `share` of the whole, 0 to 1. */
  | { event: "progress"; resource: string; detail: string; share: number }
  /** Resources whose sources were built, and how long all of it took, in ms. */
  | { event: "built"; resources: string[]; ms: number }
  /** The build, the release or the deployment. What ran before goes on. */
  | { event: "failed"; what: "build" | "release" | "deployment"; error: ErrorJson }
  | { event: "release"; releaseId: string }
  /** The sources changed, the artifacts did not. */
  | { event: "unchanged" }
  | { event: "state"; status: DeploymentInfoResponse["status"]; endpoints: EndpointView[] }
  /** The installation is complete. `ms`: time since it was requested. */
  | { event: "ready"; ms: number; endpoints: EndpointView[] }
  /** Sources are watched from now on; changes before it are reported as well. */
  | { event: "watching" }
  | { event: "log"; entry: LogEntry }
  | { event: "stopping" }

export type Tell = (event: DevEvent) => void
