/**
 * Our own GraphQL documents. Prices by Linear's static formula (0.1 a property, 1 an object, a connection times `first`,
 * at most 10,000 a query): a ticket 21, a row of history 5, a comment 2.3, so a page of 50 tickets with 20 rows of
 * history and 8 comments each costs about 7,000.
 */
const historyRow = `
  fragment HistoryRow on IssueHistory {
    id createdAt actorId botActor { id type name }
    fromStateId toStateId fromAssigneeId toAssigneeId fromEstimate toEstimate fromCycleId toCycleId
    fromProjectId toProjectId fromParentId toParentId fromTeamId toTeamId fromTitle toTitle updatedDescription
    addedLabelIds removedLabelIds fromPriority toPriority fromDueDate toDueDate
  }`

const ticketRow = `
  fragment TicketRow on Issue {
    id identifier previousIdentifiers url title description priorityLabel priority estimate labelIds
    createdAt updatedAt archivedAt trashed
    state { id name type } team { id key name } project { id slugId name }
    cycle { id number name startsAt endsAt completedAt } parent { id identifier } assignee { id } creator { id }
    history(first: $rows, includeArchived: true) { nodes { ...HistoryRow } pageInfo { hasNextPage endCursor } }
    comments(first: $comments) { nodes { id createdAt user { id } } pageInfo { hasNextPage endCursor } }
  }`

export const ticketsQuery = `
  query Tickets($first: Int!, $after: String, $rows: Int!, $comments: Int!, $filter: IssueFilter) {
    issues(
      first: $first, after: $after, includeArchived: true, filter: $filter, sort: [{ createdAt: { order: Ascending } }]
    ) { nodes { ...TicketRow } pageInfo { hasNextPage endCursor } }
  }${ticketRow}${historyRow}`

export const historyQuery = `
  query History($id: String!, $after: String) {
    issue(id: $id) {
      history(first: 250, after: $after, includeArchived: true) {
        nodes { ...HistoryRow } pageInfo { hasNextPage endCursor }
      }
    }
  }${historyRow}`

export const commentsQuery = `
  query Comments($id: String!, $after: String) {
    issue(id: $id) {
      comments(first: 250, after: $after) { nodes { id createdAt user { id } } pageInfo { hasNextPage endCursor } }
    }
  }`

export const changedQuery = `
  query Changed($filter: IssueFilter) {
    issues(first: 250, includeArchived: true, filter: $filter, sort: [{ updatedAt: { order: Ascending } }]) {
      nodes { id updatedAt archivedAt trashed } pageInfo { hasNextPage endCursor }
    }
  }`

/** In order of creation: for the census, and for what was archived since a time. */
export const listedQuery = `
  query Listed($filter: IssueFilter, $after: String) {
    issues(
      first: 250, after: $after, includeArchived: true, filter: $filter, sort: [{ createdAt: { order: Ascending } }]
    ) { nodes { id createdAt updatedAt archivedAt trashed } pageInfo { hasNextPage endCursor } }
  }`

export const viewerQuery = `query Viewer { viewer { id name displayName } }`

const list = (name: string, fields: string, more = '') => `
  query List($after: String) {
    ${name}(first: 250, after: $after, includeArchived: true${more}) {
      nodes { ${fields} } pageInfo { hasNextPage endCursor }
    }
  }`

export const statesQuery = list('workflowStates', 'id name type')
export const teamsQuery = list('teams', 'id key name issueCount(includeArchived: true)')
export const labelsQuery = list('issueLabels', 'id name parent { id name }')
export const cyclesQuery = list('cycles', 'id number name startsAt endsAt completedAt')
export const projectsQuery = list('projects', 'id name slugId')
export const usersQuery = list('users', 'id name displayName email active app timezone', ', includeDisabled: true')
