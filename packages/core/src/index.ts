export { DeleteAction } from "./deployment/delete-action.ts"
export { DeploymentStatus } from "./deployment/status.ts"
export { Actor } from "./endpoint/actor.ts"
export { CertificateReport } from "./endpoint/certificate-report.ts"
export { Condition, ConditionStatus, ConditionType } from "./endpoint/condition.ts"
export { DnsRecord } from "./endpoint/dns-record.ts"
export { ConnectHint, HostReport } from "./endpoint/host-report.ts"
export { EndpointReport } from "./endpoint/report.ts"
export { EndpointState } from "./endpoint/state.ts"
export {
  AlienError,
  codeOf,
  ERRORS_PAGE,
  type ErrorJson,
  type ProblemDetails,
  parseJson,
  problem,
  type Violation,
  violations,
} from "./error.ts"
export { canonicalJson, hashOf, hmacHex, type Json, sha256Hex } from "./json.ts"
export { stackJsonSchema, stackSettingsJsonSchema } from "./json-schema.ts"
export { base32, dnsLabel, fitName, type IdKind, newId, newResourcePrefix, type RandomBytes } from "./names.ts"
export { Code, Toolchain } from "./resources/code.ts"
export {
  ContainerConfig,
  DaemonConfig,
  FunctionConfig,
  ResourceConfig,
  type ResourceType,
  WorkerConfig,
} from "./resources/config.ts"
export { Container } from "./resources/container.ts"
export { Daemon } from "./resources/daemon.ts"
export {
  EndpointProtocol,
  HandlerEndpoint,
  type HandlerEndpointOptions,
  PortEndpoint,
  type PortEndpointOptions,
  type PublicEndpoint,
} from "./resources/endpoint.ts"
export {
  type DeclaredEndpoint,
  endpointsOf,
  publicUrlEndpoint,
  replicasOf,
  resourceTypeOf,
} from "./resources/endpoints-of.ts"
export { Function } from "./resources/function.ts"
export { DnsLabel, deploymentName, Environment, ResourceId, ResourceRef } from "./resources/names.ts"
export {
  AI,
  ArtifactRegistry,
  Build,
  ComputeCluster,
  Email,
  experimental,
  Key,
  Kv,
  type OtherBuilder,
  type OtherConfig,
  Postgres,
  Queue,
  Sandbox,
  ServiceAccount,
  Storage,
  Vault,
} from "./resources/other-builders.ts"
export { HealthCheck, HttpMethod, ReadinessProbe } from "./resources/probe.ts"
export { Resource } from "./resources/resource.ts"
export { Autoscaling, parseCpu, parseMemoryMiB, type ResourceSpec } from "./resources/size.ts"
export { WorkerTrigger } from "./resources/trigger.ts"
export { Worker } from "./resources/worker.ts"
export { CustomCertificate } from "./settings/certificate.ts"
export { domainName } from "./settings/domain-name.ts"
export { customDomainsOf, endpointSettingsOf } from "./settings/lookup.ts"
export { NetworkSettings } from "./settings/network.ts"
export { settingsNotes } from "./settings/notes.ts"
export { parseStackSettings } from "./settings/parse.ts"
export { CustomDomain, EndpointSettings, Exposure, StackSettings } from "./settings/schema.ts"
export { Lifecycle, PlatformName, StackConfig, StackResource } from "./stack/config.ts"
export { frozenViolations } from "./stack/frozen.ts"
export {
  boolean,
  enum,
  inputs,
  integer,
  number,
  type StackInputRef,
  secret,
  string,
  stringList,
} from "./stack/inputs.ts"
export { parseStack } from "./stack/parse.ts"
export { releaseViolations } from "./stack/release.ts"
export { Stack } from "./stack/stack.ts"
