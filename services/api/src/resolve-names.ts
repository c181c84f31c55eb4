import { type Db, listConnections, readTeamRows, type TeamRow } from '@headroom/store'
import { notFound } from './problem.ts'

/** The team with this id or name. Throws a 404. */
export async function resolveTeam(db: Db, idOrName: string): Promise<TeamRow> {
  const teams = await readTeamRows(db)
  const team = teams.find((t) => t.id === idOrName) ?? teams.find((t) => t.name === idOrName)
  if (!team) throw notFound('team', idOrName)
  return team
}

/** The id of the connection with this id or name. Throws a 404. */
export async function resolveConnection(db: Db, idOrName: string): Promise<string> {
  const connections = await listConnections(db)
  const found = connections.find((c) => c.id === idOrName) ?? connections.find((c) => c.name === idOrName)
  if (!found) throw notFound('connection', idOrName)
  return found.id
}
