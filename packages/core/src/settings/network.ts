import { z } from "zod"
import { shownValue } from "../validation/seen.ts"

const patternString = (pattern: RegExp, rule: string) =>
  z.string().regex(pattern, { error: ({ input }) => `must be ${rule}, is ${shownValue(input)}` })

const OCTET = "(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)"
const CIDR = new RegExp(`^(?:${OCTET}\\.){3}${OCTET}/(?:1[6-9]|2[0-4])$`)
const GOOGLE_NAME = patternString(
  /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
  "a name of 1-63 lower-case letters, digits or -",
)
const AZURE_NAME = patternString(/^[A-Za-z0-9_](?:[\w.-]{0,78}[\w])?$/, "a subnet's name of at most 80 characters")
const subnets = z.array(patternString(/^subnet-[0-9a-f]{8,17}$/, "a subnet id (subnet-…)")).max(64)

/** The network of a deployment. The spelling of the keys is that of the manager's published API. */
export const NetworkSettings = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("use-default").describe("The cloud's default network, or none where none is needed."),
  }),
  z.strictObject({
    type: z.literal("create"),
    cidr: patternString(CIDR, "an IPv4 block from /16 to /24 such as 10.20.0.0/16").optional(),
    availability_zones: z.int().min(1).max(6).default(2),
  }),
  z.strictObject({
    type: z.literal("byo-vpc-aws"),
    vpc_id: patternString(/^vpc-[0-9a-f]{8,17}$/, "a VPC id (vpc-…)"),
    public_subnet_ids: subnets,
    private_subnet_ids: subnets,
    security_group_ids: z
      .array(patternString(/^sg-[0-9a-f]{8,17}$/, "a security group id (sg-…)"))
      .max(16)
      .optional(),
  }),
  z.strictObject({
    type: z.literal("byo-vpc-gcp"),
    network_name: GOOGLE_NAME,
    subnet_name: GOOGLE_NAME,
    region: patternString(/^[a-z]+-[a-z]+\d+$/, "a region such as europe-west1"),
  }),
  z.strictObject({
    type: z.literal("byo-vnet-azure"),
    vnet_resource_id: patternString(
      /^\/subscriptions\/[A-Za-z0-9-]+\/[Rr]esource[Gg]roups\/[\w.()-]+\/providers\/[Mm]icrosoft\.[Nn]etwork\/virtual[Nn]etworks\/[\w.-]+$/,
      "the resource id of a virtual network (/subscriptions/…/virtualNetworks/NAME)",
    ),
    public_subnet_name: AZURE_NAME,
    private_subnet_name: AZURE_NAME,
    application_gateway_subnet_name: AZURE_NAME.optional(),
    private_endpoint_subnet_name: AZURE_NAME.optional(),
  }),
])
export type NetworkSettings = z.output<typeof NetworkSettings>
