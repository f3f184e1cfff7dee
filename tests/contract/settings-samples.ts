const arn = "arn:aws:acm:us-east-1:123456789012:certificate/2f1c4b7e-0000-4000-8000-000000000000"
const domain = (certificate: object) => ({ api: { domain: "api.corp.example.com", certificate } })
const route = { routeApi: "ingress", ingressClassName: "nginx" }
const certificate = { mode: "none" }
const providers = { aws: null, azure: null, gcp: null, kubernetes: null }

/** Settings of every kind that the contract knows, each asking for one thing, by description. */
export const SETTINGS: Readonly<Record<string, object>> = {
  "nothing at all": {},
  "null for all that may be null": {
    ...{ compute: null, domains: null, externalBindings: null, kubernetes: null, network: null, publicEndpoints: null },
  },

  "the default network": { network: { type: "use-default" } },
  "a network of its own": { network: { type: "create" } },
  "a network of its own, sized": { network: { type: "create", cidr: "10.20.0.0/16", availability_zones: 3 } },
  "a network of its own without a block": { network: { type: "create", cidr: null } },
  "a VPC of AWS": {
    network: {
      type: "byo-vpc-aws",
      vpc_id: "vpc-0a1b2c3d4e5f60718",
      public_subnet_ids: ["subnet-0a1b2c3d4e5f60718"],
      private_subnet_ids: [],
      security_group_ids: ["sg-0a1b2c3d4e5f60718"],
    },
  },
  "a network of GCP": {
    network: { type: "byo-vpc-gcp", network_name: "main", subnet_name: "apps", region: "europe-west1" },
  },
  "a network of Azure": {
    network: {
      type: "byo-vnet-azure",
      vnet_resource_id: "/subscriptions/0f/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/main",
      public_subnet_name: "public",
      private_subnet_name: "private",
      application_gateway_subnet_name: null,
      private_endpoint_subnet_name: "endpoints",
    },
  },

  "domains without any": { domains: { customDomains: null, publicEndpointTarget: null } },
  "a domain on AWS": { domains: { customDomains: domain({ ...providers, aws: { certificateArn: arn } }) } },
  "a domain on GCP": { domains: { customDomains: domain({ gcp: { certificateName: "web-2026" } }) } },
  "a domain on Azure": {
    domains: {
      customDomains: domain({
        azure: {
          keyVaultCertificateId: "https://corp.vault.azure.net/certificates/web",
          keyVaultResourceId: "/subscriptions/0f/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/corp",
        },
      }),
    },
  },
  "a domain on Kubernetes": {
    domains: { customDomains: domain({ kubernetes: { tlsSecretRef: { secretName: "web", namespace: null } } }) },
  },
  "addresses of machines": { domains: { publicEndpointTarget: { mode: "machineAddresses" } } },
  "a load balancer's name": {
    domains: { publicEndpointTarget: { mode: "loadBalancer", cnameTarget: "lb.corp.example.com" } },
  },

  "no pools": { compute: { pools: {} } },
  "a fixed pool": {
    compute: { pools: { main: { mode: "fixed", machines: 2, machine: null, failure_domains: null } } },
  },
  "a pool that grows": {
    compute: { pools: { main: { mode: "autoscale", min: 0, max: 3, failure_domains: { spread: 2 } } } },
  },

  "a push model": { deploymentModel: "push" },
  "a pull model": { deploymentModel: "pull" },
  "no bindings": { externalBindings: {} },
  "a binding": { externalBindings: { db: { type: "postgres" } } },
  "no heartbeats": { heartbeats: "off" },
  heartbeats: { heartbeats: "on" },
  "no telemetry": { telemetry: "off" },
  telemetry: { telemetry: "auto" },
  "telemetry on approval": { telemetry: "approval-required" },
  "updates at once": { updates: "auto" },
  "updates on approval": { updates: "approval-required" },
  "no endpoints of others": { publicEndpoints: {} },
  "endpoints of others": { publicEndpoints: { api: { web: "https://api.corp.example.com" } } },

  "Kubernetes without settings": { kubernetes: {} },
  "Kubernetes with nulls": { kubernetes: { cluster: null, exposure: null } },
  "a cluster": {
    kubernetes: { cluster: { ownership: "existing", namespace: "apps", cloud: { clusterName: "main", region: null } } },
  },
  "no exposure on Kubernetes": { kubernetes: { exposure: { mode: "disabled" } } },
  "a generated exposure on Kubernetes": { kubernetes: { exposure: { mode: "generated", route, certificate } } },
  "a domain's exposure on Kubernetes": {
    kubernetes: { exposure: { mode: "custom", domain: "corp.example.com", route, certificate } },
  },
}
