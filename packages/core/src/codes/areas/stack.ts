import type { CodeFacts } from "../facts.ts"

/** Mistakes in a stack or in settings, as `context.violations` lists them. */
export const stackCodes = {
  adoption_differs: {
    means:
      "A violation: a deployment is to be adopted with another platform, prefix or target than it had. Its objects were made there and under that prefix.",
    fix: "Leave the field out, or create a new deployment.",
    exit: 2,
  },
  apex_wildcard: {
    means: "A violation: an endpoint at the apex (`@`) asks for wildcard subdomains.",
    fix: "Give it a host label.",
    exit: 2,
  },
  bounds_crossed: {
    means: "A violation: a minimum is above the desired value or the maximum.",
    fix: "Put them in order.",
    exit: 2,
  },
  dependency_cycle: {
    means: "A violation: resources depend on each other in a circle, so none could be first.",
    fix: "Remove one dependency; links may go in circles.",
    exit: 2,
  },
  domain_listed_twice: {
    means: "A violation: one custom domain stands at two endpoints. One name serves one endpoint.",
    fix: "Remove one of the two.",
    exit: 2,
  },
  endpoint_key_twice: {
    means: "A violation: `resource` and `resource.endpoint` both name the same endpoint.",
    fix: "Keep one of the keys.",
    exit: 2,
  },
  stack_mismatch: {
    means:
      "The release is of another stack than the one that the deployment has, so installing it would delete everything of the present one.",
    fix: "Deploy it under another name; where the replacement is meant, `alien deploy NAME --replace-stack`, and `otherStack` for the API.",
    http: 409,
    exit: 2,
  },
  endpoint_name_taken: {
    means: "A violation: two endpoints of a resource have the same name.",
    fix: "Rename one.",
    exit: 2,
  },
  function_endpoint: {
    means: "A violation: a Function has an endpoint that is not `default`, or more than one.",
    fix: "Declare a Worker instead.",
    exit: 2,
  },
  health_check_without_port: {
    means: "A violation: a health check has no port and the resource declares none.",
    fix: "Declare a port, or give the check one.",
    exit: 2,
  },
  host_label_taken: {
    means:
      "A violation: two http endpoints of a resource have the same host label, or two endpoints are the apex (`@`).",
    fix: "Choose another label.",
    exit: 2,
  },
  id_mismatch: {
    means: "A violation: a resource stands under another key than its own `id`.",
    fix: "Make them equal.",
    exit: 2,
  },
  id_taken: {
    means: "A violation: two resources of a stack have the same id, or ids that differ only in case or in `-` and `_`.",
    fix: "The vendor renames one.",
    acts: "vendor",
    exit: 2,
  },
  key_unknown: {
    means: "A violation: an object has a key that means nothing there.",
    fix: "Correct the spelling (the message names the nearest known key) or remove it.",
    exit: 2,
  },
  link_type_wrong: {
    means: "A violation: a link names a resource of another type.",
    fix: "Correct the type, or leave it out.",
    exit: 2,
  },
  link_unknown: {
    means: "A violation: a link or a dependency names a resource that the stack does not have.",
    fix: "Correct the id, or add the resource.",
    exit: 2,
  },
  name_reserved: {
    means: "A violation: a key is named `__proto__`, which no object can safely hold.",
    fix: "Choose another name.",
    exit: 2,
  },
  nested_too_deep: {
    means: "A violation: a value is nested deeper than 64 levels, or contains itself.",
    fix: "Flatten it.",
    exit: 2,
  },
  out_of_range: {
    means: "A violation: a number, a text or a list is smaller or larger than allowed.",
    fix: "Choose a value within the bounds.",
    exit: 2,
  },
  permission_profile_unknown: {
    means: "A violation: a resource names a permission profile that the stack does not define.",
    fix: "Define it, or correct the name.",
    exit: 2,
  },
  port_shared: {
    means: "A violation: an http and a tcp endpoint have the same port.",
    fix: "Give one of them another port.",
    exit: 2,
  },
  port_taken: {
    means: "A violation: a port is listed twice.",
    fix: "Remove one of the two.",
    exit: 2,
  },
  replicas_twice: {
    means: "A violation: a Container has a fixed number of replicas and autoscaling.",
    fix: "Keep one of them.",
    exit: 2,
  },
  resource_not_built: {
    means: "A violation: `.add` or `.link` got something that is no built resource.",
    fix: "Call `.build()` on the builder first.",
    exit: 2,
  },
  resource_not_supported: {
    means:
      "Resources of this type, which the message names beside the resource, are not run: inside `stack_not_supported` by this platform, inside `stack_invalid` by none yet (`storage`, `queue`, `kv` and others of the published API).",
    fix: "The vendor removes it or declares another type, or another platform is chosen.",
    acts: "vendor",
    exit: 2,
  },
  type_wrong: {
    means: "A violation: a value has another type than the one named, for example a string where a number belongs.",
    fix: "Correct it.",
    exit: 2,
  },
  value_malformed: {
    means: "A violation: a name, a path, an address or a reference breaks the rule that the message states.",
    fix: "Correct it; the value is shown unless it may be a secret.",
    exit: 2,
  },
  value_missing: {
    means: "A violation: a member that has no default is not there.",
    fix: "Add it.",
    exit: 2,
  },
  value_unknown: {
    means: "A violation: a value is not one of the listed ones.",
    fix: "Choose one of them.",
    exit: 2,
  },
  variable_twice: {
    means: "A violation: one request names an environment variable twice. A variable has one value in a deployment.",
    fix: "Give it once.",
    exit: 2,
  },
} as const satisfies Record<string, CodeFacts>
