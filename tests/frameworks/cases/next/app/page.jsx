import { headers } from "next/headers"

export default async function Page() {
  const known = await headers()
  return <p>Rendered on the server for {known.get("x-forwarded-host")}</p>
}
