import { faultMatrixOf } from './fault-matrix.ts'

faultMatrixOf('linear')
