export { aCondition, aHostReport, anEndpointReport } from "./endpoint-report.ts"
