/**
 * What other versions of the API have and this one refuses, by the key in JSON and by the builder call of the same
 * name. The text says what to write instead.
 */
export const NOT_SUPPORTED = {
  arcEnabled: "arcEnabled is not taken here; remote commands are not supported yet, so leave it out",
  commandsEnabled: "a Container gets no commands yet; leave commandsEnabled out",
  ingress: `ingress is not taken here; declare each endpoint with publicEndpoint("name")`,
  expose: `expose is not taken here; declare the endpoint with publicEndpoint("name", port)`,
  exposePort: `exposePort is not taken here; declare the endpoint with publicEndpoint("name", port, "http" or "tcp")`,
  stateful: "stateful containers are not supported yet; keep state in a database or an object store",
  persistentStorage: "persistent storage is not supported yet; keep state in a database or an object store",
  ephemeralStorage: "the size of the temporary disk cannot be chosen yet; leave ephemeralStorage out",
  gpu: "GPUs are not supported yet; leave gpu out",
  cluster: "clusters are chosen by the platform; leave cluster out",
  pool: "pools are chosen by the platform; leave pool out",
  remoteAccess: "remote access to bindings is not supported yet; leave remoteAccess out",
  resourceChoices: "the customer cannot choose sizes yet; give cpu and memory one value each",
  security: "the user and the file system of a container cannot be chosen yet; leave security out",
  tunnel: "tunnels through the manager are not supported yet; declare the endpoint with publicEndpoint",
  runtime: "a Daemon gets nothing of the machine that it runs on yet; leave runtime out",
  kubernetesSecretMounts: "Kubernetes is not supported yet; leave kubernetesSecretMounts out",
  kubernetesLivenessProbe: "Kubernetes is not supported yet; declare a healthCheck",
  kubernetesReadinessProbe: "Kubernetes is not supported yet; declare a healthCheck",
  enabledWhen: "resources that depend on an input are not supported yet; leave enabledWhen out",
  inputs: "inputs of a stack are not supported yet; the customer gives environment variables to a deployment",
  dynamicContainerImageResources: "containers that are made after the release are not supported yet; leave it out",
  dynamicContainerRepositories: "containers that are made after the release are not supported yet; leave it out",
} satisfies Readonly<Record<string, string>>

/** A builder call that is refused. */
export type NotSupported = keyof typeof NOT_SUPPORTED
