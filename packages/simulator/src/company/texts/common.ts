import type { Category } from '@headroom/domain'

/** Titles that say next to nothing, as people write them on a Friday. */
export const vagueTitles: readonly string[] = [
  '{^object} follow-up',
  '{^object}: remaining points',
  '{internal} part {#2-4}',
  'Feedback from {person} on {object}',
  'Review comments {object}',
  '{^screen}: next step',
  '{^object} {attr}',
  'Discuss {attr} with {team}',
  '{internal} / {attr}',
  'Leftovers {month}: {object}',
  '{^attr} on {object}',
  'Adjust {internal} for {object}',
  'Change {attr} in {internal}',
  'Check {object} {attr}',
  'Update {internal}',
  '{^object} in {env}',
  '{customer} {object}',
  'Finish {object} {#2-9}',
  '{^screen} ({person})',
  'Align {object} with {team}',
  'Handle {attr} in {internal}',
]

/** Endings that tickets of every kind have; they mention tests, users, clean-up and docs wherever they stand. */
export const tails: readonly string[] = [
  'Please add tests.',
  'Docs need an update as well.',
  'No visible change for users.',
  'Came up in the retro.',
  'cc {person}',
  'See thread in #{team}.',
  'Needs a migration, coordinate with {person}.',
  'While there, tidy up {internal} a bit.',
  'Affects {userrole}s in {country}.',
  'Requested by {team}.',
  'Do this before {month}.',
  'Performance should not get worse.',
  'Out of scope: {screen}.',
  'h4. Notes\n* {attr} comes from {internal}\n* ask {person} for access',
  'Depends on the {object2} work.',
  'Estimate: {#1-5} days.',
  'Blocked until {partner} answers.',
  '- [ ] code\n- [ ] tests\n- [ ] feature flag\n- [ ] docs',
  'Keep the old behaviour for {customer}.',
  'Risk: {internal} is fragile, go step by step.',
  'Security: {attr} is personal data.',
  'Similar bug last year, check {internal}.',
  'If this takes longer than {#2-4} days, let us talk.',
  'Rollout: 5 %, 50 %, all.',
]

/** Labels that say nothing about the kind of work. */
export const noiseLabels: readonly string[] = [
  'backend',
  'frontend',
  'needs-refinement',
  'q1',
  'q2',
  'q3',
  'q4',
  'goodfirst',
  'external',
  'eu',
  'us',
  'imported',
  'ready',
  'team-sync',
  'carryover',
  'design-needed',
  'peak',
  'blocked-external',
]

/** About two in a hundred tickets are not written in English. */
export const foreignTitles: Readonly<Record<Category, readonly string[]>> = {
  feature: [
    '{^attr} soll beim Anlegen von {object} auswählbar sein',
    'Neue Ansicht für {object} ({screen})',
    'Kunde {customer} möchte {object} selbst verwalten können',
    'Ajouter {attr} sur {object}',
    'Pouvoir filtrer {object} par {attr}',
    '{^screen}: {attr} anzeigen',
  ],
  strategic: [
    '{internal} aufräumen, alte {attr}-Logik entfernen',
    'Tests für {internal} ergänzen',
    'Umbau: {internal} von {internal2} entkoppeln',
    'Analyse: Optionen für {object} bei zehnfacher Last',
    'Nettoyer {internal} et supprimer le code mort',
    'Build von {internal} beschleunigen',
  ],
  sustaining: [
    '{^object} wird nicht gespeichert wenn {attr} leer ist',
    'Falscher Wert bei {attr} auf {screen}',
    '{^screen} bleibt nach Login weiß',
    'Erreur {error} sur {screen}',
    'Rückfrage {customer} zu {attr}',
    '{^attr} manquant dans {object} pour {country}',
    'Zertifikat läuft ab ({env})',
  ],
}

/** What people write under a ticket while it is worked on. */
export const comments: Readonly<Record<'worker' | 'onlooker' | 'bot', readonly string[]>> = {
  worker: [
    'Started on this, {internal} first.',
    'Pushed a first version, {attr} is still missing.',
    'This is bigger than it looked, {internal} needs a change as well.',
    'Works on staging now.',
    'Waiting for an answer from {person}.',
    'Found the place: {internal}.',
    'PR is up, please review.',
    'Half done, rest tomorrow.',
    'Talked to {person}: we leave {attr} as it is.',
    'Tests are green, one open question about {attr}.',
    'Rebased and fixed the comments.',
  ],
  onlooker: [
    'Any news here? {customer} asks again.',
    'Can we have this before {month}?',
    'Please also think of {attr}.',
    'Thanks, looks good to me.',
    'Why do we need {attr} at all?',
    'Moved up, {team} depends on it.',
    '+1 from {customer2}',
    'Let us talk about it in the refinement.',
  ],
  bot: [
    'Build #{#1000-9999} passed.',
    'Deployed to staging.',
    'Pull request merged.',
    'Build #{#1000-9999} failed: {error}',
  ],
}
