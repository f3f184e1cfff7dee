/**
 * What older versions of the API had, or newer ones have, and this one refuses: by the key in JSON, and by the
 * builder call of the same name. The text says what to write instead.
 */
export const NOT_SUPPORTED: Readonly<Record<string, string>> = {
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
}
