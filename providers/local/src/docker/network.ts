/**
 * The bridge network of a deployment's containers. They find each other on it by the ids of their resources, and the
 * machine is their gateway. Its name is ours alone, since it starts with the deployment's prefix; the mark is in its labels.
 * @see https://docs.docker.com/reference/api/engine/version/v1.44/#tag/Network
 */
import type { Reading } from "@alienplatform/engine"
import { z } from "zod"
import { defineLocalNode } from "../define.ts"
import { absentIfNotFound } from "../errors.ts"
import { labelsOf, ownerIn } from "./labels.ts"

export interface NetworkProps {
  /** How its containers are connected; changing it replaces the network. */
  driver: "bridge"
}

export interface NetworkAttributes {
  name: string
  /** The machine's own address on it; empty where the engine does not tell. */
  gateway: string
}

const Inspected = z.object({
  Name: z.string(),
  Driver: z.string(),
  Labels: z.record(z.string(), z.string()).nullish(),
  IPAM: z.object({ Config: z.array(z.object({ Gateway: z.string().optional() })).nullish() }).nullish(),
})

export const Network = defineLocalNode<NetworkProps, NetworkAttributes>({
  type: "local.docker.Network",
  identity: { by: "name" },
  replaceOn: ["driver"],
  permissions: { read: [] },
  callTimeoutMs: 25_000,

  async read({ id, name, local }) {
    const address = id ?? name
    const found = await local
      .engine()
      .call({ method: "GET", path: `/networks/${address}` }, Inspected)
      .catch(absentIfNotFound)
    // The engine also answers for the beginning of another one's id.
    return found?.Name === address ? readingOf(found) : undefined
  },
  async create({ props, name, owner, local }) {
    const body = { Name: name, Driver: props.driver, CheckDuplicate: true, Labels: labelsOf(owner) }
    await local.engine().tell({ method: "POST", path: "/networks/create", body })
    return { id: name }
  },
  async delete({ id, local }) {
    await local
      .engine()
      .tell({ method: "DELETE", path: `/networks/${id}` })
      .catch(absentIfNotFound)
    return { reading: null }
  },
})

const readingOf = ({
  Name,
  Driver,
  Labels,
  IPAM,
}: z.infer<typeof Inspected>): Reading<NetworkProps, NetworkAttributes> => ({
  id: Name,
  owner: ownerIn(Labels ?? {}),
  props: { driver: Driver === "bridge" ? Driver : undefined },
  attributes: { name: Name, gateway: IPAM?.Config?.find(({ Gateway }) => Gateway?.includes("."))?.Gateway ?? "" },
  status: "settled",
})
