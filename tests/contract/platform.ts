import { defineComponent, defineNode, definePlatform, type Owner } from "@alienplatform/engine"
import type { OpenPlatform } from "@alienplatform/manager"

interface RouteProps {
  host: string
}

interface Context {
  routes: Map<string, { id: string; props: RouteProps; owner: Owner }>
}

const Route = defineNode<RouteProps, Record<string, never>, Context>({
  type: "test.Route",
  identity: { by: "assigned" },
  replaceOn: ["host"],
  permissions: { read: [] },
  async read({ id, owner, routes }) {
    const found = routes.get(id ?? idOf(owner))
    return found && { ...found, attributes: {}, status: "settled" }
  },
  async create({ props, owner, routes }) {
    const id = idOf(owner)
    routes.set(id, { id, props: { ...props }, owner })
    return { id }
  },
  async update() {},
  async delete({ id, routes }) {
    routes.delete(id)
    return undefined
  },
})

const idOf = ({ deployment, node, incarnation }: Owner) => `${deployment}/${node}/${incarnation}`

interface WorkerLike {
  type: "worker"
  id: string
  publicEndpoints: readonly { name: string }[]
}

const worker = defineComponent<WorkerLike, unknown, { id: string; name: string; platform: string; prefix: string }>({
  resource: "worker",
  expand: ({ graph, resource, deployment }) => ({
    endpoints: resource.publicEndpoints.map(({ name }) => {
      const host = `${name}.${deployment.name}.example`
      const target = [graph.add(Route, `${resource.id}/route/${name}`, { host })]
      return {
        ...{ resource: resource.id, endpoint: name, protocol: "http", front: "test.route", exposure: "internet" },
        hosts: [{ host, port: 443, kind: "provider", target }],
      }
    }),
  }),
})

const logs = async () => ({
  entries: [
    {
      time: "2030-01-01T00:00:00.000Z",
      resource: "api",
      replica: 1,
      incarnation: 1,
      stream: "stdout" as const,
      line: "hello",
    },
  ],
  cursor: "1",
})

/** Opens a platform with routes in memory that lead nowhere: enough for every answer of the API, URLs included. */
export const platformInMemory = async (): Promise<OpenPlatform> => ({
  platform: definePlatform<Context>({
    name: "test",
    components: [worker],
    nodes: [Route],
    isFrontAnswer: () => false,
    logs,
  }),
  context: { routes: new Map() },
  contextOf: ({ id, name, resourcePrefix }) => ({ id, name, platform: "test", prefix: resourcePrefix }),
  close: async () => {},
})
