import type { WorkType } from '@headroom/domain'
import { architecture } from './architecture.ts'
import { compliance } from './compliance.ts'
import { debt } from './debt.ts'
import { defect } from './defect.ts'
import { discovery } from './discovery.ts'
import { documentation } from './documentation.ts'
import { enhancement } from './enhancement.ts'
import { exploration } from './exploration.ts'
import { incident } from './incident.ts'
import { newCapability } from './new-capability.ts'
import { operations } from './operations.ts'
import { performance } from './performance.ts'
import { quality } from './quality.ts'
import { security } from './security.ts'
import { support } from './support.ts'
import { tooling } from './tooling.ts'
import type { WorkTypeTexts } from './work-type-texts.ts'

/** The texts of every work type. */
export const textsByWorkType: Readonly<Record<WorkType, WorkTypeTexts>> = {
  'new-capability': newCapability,
  enhancement,
  architecture,
  debt,
  quality,
  tooling,
  performance,
  security,
  exploration,
  discovery,
  defect,
  incident,
  support,
  operations,
  documentation,
  compliance,
}
