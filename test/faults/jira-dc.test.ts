import { faultMatrixOf } from './fault-matrix.ts'

faultMatrixOf('jira-dc')
