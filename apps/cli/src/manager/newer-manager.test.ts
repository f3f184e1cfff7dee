import { expect, test } from "vitest"
import { endpointDetails, endpointTable } from "../output/endpoints.ts"
import { anInfo } from "../testing/fake-manager.ts"
import { endpointsOf } from "./endpoint-view.ts"
import { verdictOf } from "./verdict.ts"

/** Answer of a newer manager: members, types, codes and actors that this command does not know. */
const newer = anInfo(
  JSON.parse(`{
    "state": "waiting",
    "region": "mars",
    "conditions": [
      {
        "type": "quarantine", "status": "waiting", "on": "regulator", "code": "form_missing", "severity": 3,
        "message": "a form is missing", "expected": { "form": 7 },
        "since": "2030-01-01T00:00:00.000Z", "observedGeneration": 2
      },
      {
        "type": "orbit", "status": "unsure", "code": null, "message": "not looked into",
        "since": "2030-01-01T00:00:00.000Z", "observedGeneration": 2
      }
    ]
  }`),
)
const plain = { paint: (_: unknown, text: string) => text, width: 120 }

test("shows conditions, codes and actors that only a newer manager knows", () => {
  const views = endpointsOf(newer)
  expect(endpointTable(views, plain)).toContain("form_missing (regulator)")
  expect(endpointDetails(views, plain.paint).split("\n")).toEqual([
    "api.web is waiting",
    "  quarantine  form_missing  regulator acts",
    "    a form is missing",
    '    expected  {"form":7}',
  ])
  expect(verdictOf(newer, 2)).toBe("waiting")
})

test("calls an endpoint in an unknown state neither ready nor failed", () => {
  expect(verdictOf(anInfo(JSON.parse('{ "state": "sleeping" }')), 2)).toBeUndefined()
})
