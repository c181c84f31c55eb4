-- The schema that the migrations lead to. Written by `npm run schema`; do not edit.

CREATE SEQUENCE "public"."fact_revision" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1;
CREATE TABLE "api_keys" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"hash" text NOT NULL,
	"scopes" text[] NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_used_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	CONSTRAINT "api_keys_hash_unique" UNIQUE("hash")
);

CREATE TABLE "digest_deliveries" (
	"subscription_id" uuid NOT NULL,
	"week" text NOT NULL,
	"state" text NOT NULL,
	"detail" text,
	"claimed_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone,
	CONSTRAINT "digest_deliveries_subscription_id_week_pk" PRIMARY KEY("subscription_id","week")
);

CREATE TABLE "digest_subscriptions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"email" text NOT NULL,
	"team_ids" uuid[] NOT NULL,
	"weekday" text NOT NULL,
	"hour" smallint NOT NULL,
	"time_zone" text NOT NULL,
	"state" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE "idempotency_keys" (
	"api_key_id" uuid NOT NULL,
	"key" text NOT NULL,
	"request_hash" text NOT NULL,
	"status" integer,
	"response" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "idempotency_keys_api_key_id_key_pk" PRIMARY KEY("api_key_id","key")
);

CREATE TABLE "audit_items" (
	"audit_id" uuid NOT NULL,
	"ticket_id" uuid NOT NULL,
	"ordinal" integer NOT NULL,
	"stratum" text NOT NULL,
	"inclusion_probability" double precision NOT NULL,
	"units" double precision NOT NULL,
	"p_feature" double precision NOT NULL,
	"p_strategic" double precision NOT NULL,
	"p_sustaining" double precision NOT NULL,
	"category" text NOT NULL,
	"work_type" text,
	"decided_by" text NOT NULL,
	CONSTRAINT "audit_items_audit_id_ticket_id_pk" PRIMARY KEY("audit_id","ticket_id")
);

CREATE TABLE "audit_labels" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"audit_id" uuid NOT NULL,
	"ticket_id" uuid NOT NULL,
	"reader" text NOT NULL,
	"work_type" text NOT NULL,
	"note" text,
	"labelled_at" timestamp with time zone DEFAULT now() NOT NULL,
	"superseded_at" timestamp with time zone
);

CREATE TABLE "audits" (
	"id" uuid PRIMARY KEY NOT NULL,
	"from" date NOT NULL,
	"to" date NOT NULL,
	"label" text NOT NULL,
	"team_id" uuid,
	"size" integer NOT NULL,
	"population" integer NOT NULL,
	"population_units" double precision NOT NULL,
	"model_version" text NOT NULL,
	"rule_set_version" integer NOT NULL,
	"drawn_by" text NOT NULL,
	"drawn_at" timestamp with time zone DEFAULT now() NOT NULL,
	"applied_at" timestamp with time zone,
	"applied_by" text
);

CREATE TABLE "model_layer_predictions" (
	"layer_version" integer NOT NULL,
	"ticket_id" uuid NOT NULL,
	"p_feature" double precision NOT NULL,
	"p_strategic" double precision NOT NULL,
	"p_sustaining" double precision NOT NULL,
	CONSTRAINT "model_layer_predictions_layer_version_ticket_id_pk" PRIMARY KEY("layer_version","ticket_id")
);

CREATE TABLE "model_layers" (
	"version" integer PRIMARY KEY NOT NULL,
	"base_version" text NOT NULL,
	"model_version" text NOT NULL,
	"state" text NOT NULL,
	"corrections" integer NOT NULL,
	"corrections_hash" text NOT NULL,
	"evaluation" jsonb NOT NULL,
	"layer" "bytea" NOT NULL,
	"made_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp with time zone,
	"ended_by" text
);

CREATE TABLE "census_sightings" (
	"connection_id" uuid NOT NULL,
	"external_id" text NOT NULL,
	CONSTRAINT "census_sightings_connection_id_external_id_pk" PRIMARY KEY("connection_id","external_id")
);

CREATE TABLE "connection_leases" (
	"connection_id" uuid PRIMARY KEY NOT NULL,
	"holder" text NOT NULL,
	"until" timestamp with time zone NOT NULL
);

CREATE TABLE "connection_tests" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"base_url" text NOT NULL,
	"sealed_request" text NOT NULL,
	"result" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE "connections" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"base_url" text NOT NULL,
	"sealed_credentials" text NOT NULL,
	"scope" jsonb NOT NULL,
	"state" text DEFAULT 'new' NOT NULL,
	"problem" text,
	"last_synced_at" timestamp with time zone,
	"advanced_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "connections_name_unique" UNIQUE("name")
);

CREATE TABLE "credential_paces" (
	"credential" text PRIMARY KEY NOT NULL,
	"state" jsonb NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE "dirty_tickets" (
	"connection_id" uuid NOT NULL,
	"external_id" text NOT NULL,
	"generation" bigint DEFAULT 1 NOT NULL,
	"reason" text NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"not_before" timestamp with time zone DEFAULT now() NOT NULL,
	"leased_until" timestamp with time zone,
	CONSTRAINT "dirty_tickets_connection_id_external_id_pk" PRIMARY KEY("connection_id","external_id")
);

CREATE TABLE "missing_tickets" (
	"connection_id" uuid NOT NULL,
	"external_id" text NOT NULL,
	"absent_since" timestamp with time zone,
	"confirmed_at" timestamp with time zone,
	"verdict" text DEFAULT 'open' NOT NULL,
	CONSTRAINT "missing_tickets_connection_id_external_id_pk" PRIMARY KEY("connection_id","external_id")
);

CREATE TABLE "runs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"connection_id" uuid NOT NULL,
	"mode" text NOT NULL,
	"status" text DEFAULT 'queued' NOT NULL,
	"expected" integer,
	"seen" integer DEFAULT 0 NOT NULL,
	"created" integer DEFAULT 0 NOT NULL,
	"updated" integer DEFAULT 0 NOT NULL,
	"unchanged" integer DEFAULT 0 NOT NULL,
	"deleted" integer DEFAULT 0 NOT NULL,
	"failed" integer DEFAULT 0 NOT NULL,
	"problems" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone
);

CREATE TABLE "sync_cursors" (
	"connection_id" uuid NOT NULL,
	"stream" text NOT NULL,
	"cursor" jsonb NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "sync_cursors_connection_id_stream_pk" PRIMARY KEY("connection_id","stream")
);

CREATE TABLE "tracker_references" (
	"connection_id" uuid PRIMARY KEY NOT NULL,
	"data" jsonb NOT NULL,
	"read_at" timestamp with time zone NOT NULL
);

CREATE TABLE "webhook_inbox" (
	"connection_id" uuid NOT NULL,
	"delivery_id" text NOT NULL,
	"body" "bytea" NOT NULL,
	"received_at" timestamp with time zone DEFAULT now() NOT NULL,
	"processed_at" timestamp with time zone,
	"outcome" text,
	CONSTRAINT "webhook_inbox_connection_id_delivery_id_pk" PRIMARY KEY("connection_id","delivery_id")
);

CREATE TABLE "webhook_registrations" (
	"connection_id" uuid PRIMARY KEY NOT NULL,
	"external_ids" jsonb NOT NULL,
	"url" text NOT NULL,
	"expires_at" timestamp with time zone,
	"registered_at" timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE "webhook_secrets" (
	"connection_id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"sealed_secrets" text NOT NULL,
	"url_token" text NOT NULL
);

CREATE TABLE "llm_answers" (
	"ticket_id" uuid PRIMARY KEY NOT NULL,
	"text_hash" text NOT NULL,
	"model" text NOT NULL,
	"prompt_version" text NOT NULL,
	"outcome" text NOT NULL,
	"work_type" text,
	"quote" text,
	"tokens" integer NOT NULL,
	"answered_at" timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE "llm_standings" (
	"asker" text PRIMARY KEY NOT NULL,
	"counts" boolean NOT NULL,
	"audited" integer NOT NULL,
	"llm_right" integer NOT NULL,
	"model_right" integer NOT NULL,
	"judged_at" timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE "llm_usage" (
	"day" date PRIMARY KEY NOT NULL,
	"tokens" bigint DEFAULT 0 NOT NULL,
	"requests" integer DEFAULT 0 NOT NULL,
	"answered" integer DEFAULT 0 NOT NULL,
	"discarded" integer DEFAULT 0 NOT NULL,
	"failed" integer DEFAULT 0 NOT NULL
);

CREATE TABLE "rollouts" (
	"id" smallint PRIMARY KEY DEFAULT 1 NOT NULL,
	"model_version" text NOT NULL,
	"rule_set_version" integer NOT NULL,
	"through" uuid,
	"through_updated_at" timestamp with time zone,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone
);

CREATE TABLE "active_spans" (
	"ticket_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"from" date NOT NULL,
	"to" date NOT NULL,
	CONSTRAINT "active_spans_ticket_id_person_id_from_pk" PRIMARY KEY("ticket_id","person_id","from")
);

CREATE TABLE "bulk_edits" (
	"ticket_id" uuid NOT NULL,
	"account_id" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "bulk_edits_ticket_id_account_id_at_pk" PRIMARY KEY("ticket_id","account_id","at")
);

CREATE TABLE "classifications" (
	"ticket_id" uuid PRIMARY KEY NOT NULL,
	"category" text NOT NULL,
	"work_type" text,
	"decided_by" text NOT NULL,
	"confidence" real NOT NULL,
	"p_feature" real NOT NULL,
	"p_strategic" real NOT NULL,
	"p_sustaining" real NOT NULL,
	"work_type_probabilities" jsonb NOT NULL,
	"evidence" jsonb NOT NULL,
	"candidates" jsonb NOT NULL,
	"model_version" text NOT NULL,
	"rule_set_version" integer NOT NULL,
	"decided_at" timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE "effort" (
	"person_id" uuid NOT NULL,
	"day" date NOT NULL,
	"ticket_id" uuid NOT NULL,
	"group_id" uuid NOT NULL,
	"weight" integer NOT NULL,
	"weight_equal" integer NOT NULL,
	"weight_points" integer NOT NULL,
	"logged_seconds" integer NOT NULL,
	"units" integer NOT NULL,
	"units_equal" integer NOT NULL,
	"units_points" integer NOT NULL,
	CONSTRAINT "effort_person_id_day_ticket_id_pk" PRIMARY KEY("person_id","day","ticket_id")
);

CREATE TABLE "overrides" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"ticket_id" uuid NOT NULL,
	"work_type" text NOT NULL,
	"note" text,
	"actor" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"undone_at" timestamp with time zone,
	"undone_by" text,
	"audit_id" uuid,
	"before" jsonb
);

CREATE TABLE "person_days" (
	"person_id" uuid NOT NULL,
	"day" date NOT NULL,
	"team_id" uuid,
	"capacity_units" integer NOT NULL,
	"tracked_units" integer NOT NULL,
	CONSTRAINT "person_days_person_id_day_pk" PRIMARY KEY("person_id","day")
);

CREATE TABLE "published_reports" (
	"id" uuid PRIMARY KEY NOT NULL,
	"period" text NOT NULL,
	"team_id" uuid,
	"report" jsonb NOT NULL,
	"facts" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"published_at" timestamp with time zone DEFAULT now() NOT NULL,
	"published_by" text NOT NULL
);

CREATE TABLE "rule_sets" (
	"version" integer PRIMARY KEY NOT NULL,
	"rules" jsonb NOT NULL,
	"revision" integer DEFAULT 0 NOT NULL,
	"based_on" integer,
	"note" text,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_by" text,
	"published_at" timestamp with time zone,
	"published_by" text
);

CREATE TABLE "audit_log" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"actor" text NOT NULL,
	"action" text NOT NULL,
	"target" text NOT NULL,
	"detail" jsonb
);

CREATE TABLE "calendars" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"time_zone" text NOT NULL,
	"weekdays" smallint[] NOT NULL,
	"opens_at" text NOT NULL,
	"closes_at" text NOT NULL,
	"holidays" jsonb NOT NULL
);

CREATE TABLE "organisation" (
	"id" smallint PRIMARY KEY DEFAULT 1 NOT NULL,
	"name" text DEFAULT 'Your organisation' NOT NULL,
	"time_zone" text DEFAULT 'UTC' NOT NULL,
	"target" double precision DEFAULT 0.2 NOT NULL,
	"demo_until" timestamp with time zone,
	"measured_to" date
);

CREATE TABLE "setting_versions" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"of" text NOT NULL,
	"key" text NOT NULL,
	"row" jsonb,
	"at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

CREATE TABLE "absences" (
	"person_id" uuid NOT NULL,
	"from" date NOT NULL,
	"to" date NOT NULL,
	"fraction" double precision DEFAULT 1 NOT NULL,
	CONSTRAINT "absences_person_id_from_to_pk" PRIMARY KEY("person_id","from","to")
);

CREATE TABLE "accounts" (
	"connection_id" uuid NOT NULL,
	"account_id" text NOT NULL,
	"person_id" uuid NOT NULL,
	"display_name" text NOT NULL,
	"email" text,
	"kind" text NOT NULL,
	"active" boolean NOT NULL,
	"time_zone" text,
	"home_person_id" uuid,
	CONSTRAINT "accounts_connection_id_account_id_pk" PRIMARY KEY("connection_id","account_id")
);

CREATE TABLE "people" (
	"id" uuid PRIMARY KEY NOT NULL,
	"display_name" text NOT NULL,
	"kind" text NOT NULL,
	"time_zone" text,
	"calendar_id" text,
	"fte" double precision DEFAULT 1 NOT NULL,
	"kind_decided" boolean DEFAULT false NOT NULL
);

CREATE TABLE "team_members" (
	"team_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"from" date NOT NULL,
	"to" date,
	CONSTRAINT "team_members_team_id_person_id_from_pk" PRIMARY KEY("team_id","person_id","from")
);

CREATE TABLE "team_sources" (
	"id" serial PRIMARY KEY NOT NULL,
	"team_id" uuid NOT NULL,
	"connection_id" uuid NOT NULL,
	"project" text,
	"tracker_team" text,
	"label" text
);

CREATE TABLE "teams" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"target" double precision,
	"origin" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE "activities" (
	"ticket_id" uuid NOT NULL,
	"id" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"kind" text NOT NULL,
	"author_account_id" text,
	CONSTRAINT "activities_ticket_id_id_pk" PRIMARY KEY("ticket_id","id")
);

CREATE TABLE "failed_tickets" (
	"connection_id" uuid NOT NULL,
	"external_id" text NOT NULL,
	"key" text NOT NULL,
	"problem" text NOT NULL,
	"payload" json NOT NULL,
	"failed_at" timestamp with time zone NOT NULL,
	CONSTRAINT "failed_tickets_connection_id_external_id_pk" PRIMARY KEY("connection_id","external_id")
);

CREATE TABLE "raw_ticket_versions" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"ticket_id" uuid NOT NULL,
	"connection_id" uuid NOT NULL,
	"external_id" text NOT NULL,
	"payload" json NOT NULL,
	"fetched_at" timestamp with time zone NOT NULL,
	"known_at" timestamp with time zone DEFAULT now() NOT NULL,
	"deleted_at" timestamp with time zone,
	"deleted_reason" text,
	"deleted_read_at" timestamp with time zone
);

CREATE TABLE "raw_tickets" (
	"ticket_id" uuid PRIMARY KEY NOT NULL,
	"connection_id" uuid NOT NULL,
	"external_id" text NOT NULL,
	"payload" json NOT NULL,
	"fetched_at" timestamp with time zone NOT NULL,
	"known_at" timestamp with time zone DEFAULT now() NOT NULL,
	"deleted_at" timestamp with time zone,
	"deleted_reason" text,
	"deleted_read_at" timestamp with time zone
);

CREATE TABLE "sprints" (
	"connection_id" uuid NOT NULL,
	"external_id" text NOT NULL,
	"name" text NOT NULL,
	"state" text NOT NULL,
	"starts_at" timestamp with time zone,
	"ends_at" timestamp with time zone,
	"completed_at" timestamp with time zone,
	CONSTRAINT "sprints_connection_id_external_id_pk" PRIMARY KEY("connection_id","external_id")
);

CREATE TABLE "stage_work" (
	"stage" text NOT NULL,
	"ticket_id" uuid NOT NULL,
	"generation" bigint DEFAULT 1 NOT NULL,
	CONSTRAINT "stage_work_stage_ticket_id_pk" PRIMARY KEY("stage","ticket_id")
);

CREATE TABLE "ticket_keys" (
	"connection_id" uuid NOT NULL,
	"key" text NOT NULL,
	"ticket_id" uuid NOT NULL,
	CONSTRAINT "ticket_keys_connection_id_key_ticket_id_pk" PRIMARY KEY("connection_id","key","ticket_id")
);

CREATE TABLE "tickets" (
	"id" uuid PRIMARY KEY NOT NULL,
	"connection_id" uuid NOT NULL,
	"external_id" text NOT NULL,
	"key" text NOT NULL,
	"url" text NOT NULL,
	"title" text NOT NULL,
	"description" text NOT NULL,
	"type" text,
	"is_subtask" boolean NOT NULL,
	"is_epic" boolean NOT NULL,
	"status_id" text NOT NULL,
	"status" text NOT NULL,
	"status_category" text NOT NULL,
	"project_id" text,
	"project_key" text,
	"project_name" text,
	"tracker_team_id" text,
	"tracker_team_key" text,
	"tracker_team_name" text,
	"parent_external_id" text,
	"parent_key" text,
	"sprint_ids" text[] NOT NULL,
	"labels" text[] NOT NULL,
	"components" text[] NOT NULL,
	"priority" text,
	"estimate" double precision,
	"resolution" text,
	"assignee_account_id" text,
	"reporter_account_id" text,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	"started_at" timestamp with time zone,
	"completed_at" timestamp with time zone,
	"archived_at" timestamp with time zone,
	"deleted_at" timestamp with time zone,
	"deleted_reason" text,
	"history_complete" boolean NOT NULL,
	"content_hash" text NOT NULL,
	"fetched_at" timestamp with time zone NOT NULL,
	"revision" bigint DEFAULT nextval('fact_revision') NOT NULL,
	CONSTRAINT "tickets_by_external_id" UNIQUE("connection_id","external_id")
);

CREATE TABLE "transitions" (
	"ticket_id" uuid NOT NULL,
	"ordinal" integer NOT NULL,
	"id" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"field" text NOT NULL,
	"from" text,
	"to" text,
	"from_name" text,
	"to_name" text,
	"from_category" text,
	"to_category" text,
	"author_account_id" text,
	CONSTRAINT "transitions_ticket_id_ordinal_pk" PRIMARY KEY("ticket_id","ordinal")
);

CREATE TABLE "worklogs" (
	"ticket_id" uuid NOT NULL,
	"id" text NOT NULL,
	"author_account_id" text,
	"started_at" timestamp with time zone NOT NULL,
	"seconds" integer NOT NULL,
	CONSTRAINT "worklogs_ticket_id_id_pk" PRIMARY KEY("ticket_id","id")
);

ALTER TABLE "digest_deliveries" ADD CONSTRAINT "digest_deliveries_subscription_id_digest_subscriptions_id_fk" FOREIGN KEY ("subscription_id") REFERENCES "public"."digest_subscriptions"("id") ON DELETE cascade ON UPDATE no action;
ALTER TABLE "audit_items" ADD CONSTRAINT "audit_items_audit_id_audits_id_fk" FOREIGN KEY ("audit_id") REFERENCES "public"."audits"("id") ON DELETE cascade ON UPDATE no action;
ALTER TABLE "audit_items" ADD CONSTRAINT "audit_items_ticket_id_tickets_id_fk" FOREIGN KEY ("ticket_id") REFERENCES "public"."tickets"("id") ON DELETE cascade ON UPDATE no action;
ALTER TABLE "audit_labels" ADD CONSTRAINT "audit_labels_audit_id_audits_id_fk" FOREIGN KEY ("audit_id") REFERENCES "public"."audits"("id") ON DELETE cascade ON UPDATE no action;
ALTER TABLE "audit_labels" ADD CONSTRAINT "audit_labels_ticket_id_tickets_id_fk" FOREIGN KEY ("ticket_id") REFERENCES "public"."tickets"("id") ON DELETE cascade ON UPDATE no action;
ALTER TABLE "model_layer_predictions" ADD CONSTRAINT "model_layer_predictions_layer_version_model_layers_version_fk" FOREIGN KEY ("layer_version") REFERENCES "public"."model_layers"("version") ON DELETE cascade ON UPDATE no action;
ALTER TABLE "model_layer_predictions" ADD CONSTRAINT "model_layer_predictions_ticket_id_tickets_id_fk" FOREIGN KEY ("ticket_id") REFERENCES "public"."tickets"("id") ON DELETE cascade ON UPDATE no action;
ALTER TABLE "census_sightings" ADD CONSTRAINT "census_sightings_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;
ALTER TABLE "connection_leases" ADD CONSTRAINT "connection_leases_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;
ALTER TABLE "dirty_tickets" ADD CONSTRAINT "dirty_tickets_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;
ALTER TABLE "missing_tickets" ADD CONSTRAINT "missing_tickets_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;
ALTER TABLE "runs" ADD CONSTRAINT "runs_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;
ALTER TABLE "sync_cursors" ADD CONSTRAINT "sync_cursors_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;
ALTER TABLE "tracker_references" ADD CONSTRAINT "tracker_references_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;
ALTER TABLE "webhook_inbox" ADD CONSTRAINT "webhook_inbox_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;
ALTER TABLE "webhook_registrations" ADD CONSTRAINT "webhook_registrations_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;
ALTER TABLE "webhook_secrets" ADD CONSTRAINT "webhook_secrets_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;
ALTER TABLE "llm_answers" ADD CONSTRAINT "llm_answers_ticket_id_tickets_id_fk" FOREIGN KEY ("ticket_id") REFERENCES "public"."tickets"("id") ON DELETE cascade ON UPDATE no action;
ALTER TABLE "bulk_edits" ADD CONSTRAINT "bulk_edits_ticket_id_tickets_id_fk" FOREIGN KEY ("ticket_id") REFERENCES "public"."tickets"("id") ON DELETE cascade ON UPDATE no action;
ALTER TABLE "classifications" ADD CONSTRAINT "classifications_ticket_id_tickets_id_fk" FOREIGN KEY ("ticket_id") REFERENCES "public"."tickets"("id") ON DELETE cascade ON UPDATE no action;
ALTER TABLE "overrides" ADD CONSTRAINT "overrides_ticket_id_tickets_id_fk" FOREIGN KEY ("ticket_id") REFERENCES "public"."tickets"("id") ON DELETE cascade ON UPDATE no action;
ALTER TABLE "absences" ADD CONSTRAINT "absences_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE cascade ON UPDATE no action;
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;
ALTER TABLE "people" ADD CONSTRAINT "people_calendar_id_calendars_id_fk" FOREIGN KEY ("calendar_id") REFERENCES "public"."calendars"("id") ON DELETE no action ON UPDATE no action;
ALTER TABLE "team_members" ADD CONSTRAINT "team_members_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE cascade ON UPDATE no action;
ALTER TABLE "team_members" ADD CONSTRAINT "team_members_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;
ALTER TABLE "team_sources" ADD CONSTRAINT "team_sources_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "public"."teams"("id") ON DELETE cascade ON UPDATE no action;
ALTER TABLE "team_sources" ADD CONSTRAINT "team_sources_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;
ALTER TABLE "activities" ADD CONSTRAINT "activities_ticket_id_tickets_id_fk" FOREIGN KEY ("ticket_id") REFERENCES "public"."tickets"("id") ON DELETE cascade ON UPDATE no action;
ALTER TABLE "failed_tickets" ADD CONSTRAINT "failed_tickets_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;
ALTER TABLE "raw_ticket_versions" ADD CONSTRAINT "raw_ticket_versions_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;
ALTER TABLE "raw_tickets" ADD CONSTRAINT "raw_tickets_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;
ALTER TABLE "sprints" ADD CONSTRAINT "sprints_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;
ALTER TABLE "ticket_keys" ADD CONSTRAINT "ticket_keys_ticket_id_tickets_id_fk" FOREIGN KEY ("ticket_id") REFERENCES "public"."tickets"("id") ON DELETE cascade ON UPDATE no action;
ALTER TABLE "tickets" ADD CONSTRAINT "tickets_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;
ALTER TABLE "transitions" ADD CONSTRAINT "transitions_ticket_id_tickets_id_fk" FOREIGN KEY ("ticket_id") REFERENCES "public"."tickets"("id") ON DELETE cascade ON UPDATE no action;
ALTER TABLE "worklogs" ADD CONSTRAINT "worklogs_ticket_id_tickets_id_fk" FOREIGN KEY ("ticket_id") REFERENCES "public"."tickets"("id") ON DELETE cascade ON UPDATE no action;
CREATE INDEX "digest_deliveries_by_state" ON "digest_deliveries" USING btree ("state");
CREATE UNIQUE INDEX "audit_items_by_place" ON "audit_items" USING btree ("audit_id","ordinal");
CREATE INDEX "audit_items_by_ticket" ON "audit_items" USING btree ("ticket_id");
CREATE UNIQUE INDEX "audit_labels_current" ON "audit_labels" USING btree ("ticket_id","reader") WHERE superseded_at IS NULL;
CREATE INDEX "audits_by_time" ON "audits" USING btree ("drawn_at","id");
CREATE UNIQUE INDEX "model_layers_live" ON "model_layers" USING btree ("state") WHERE state = 'live';
CREATE INDEX "runs_by_connection" ON "runs" USING btree ("connection_id","created_at");
CREATE INDEX "webhook_inbox_waiting" ON "webhook_inbox" USING btree ("connection_id","received_at") WHERE processed_at IS NULL;
CREATE INDEX "llm_answers_by_asker" ON "llm_answers" USING btree ("model","prompt_version");
CREATE INDEX "active_spans_by_person" ON "active_spans" USING btree ("person_id");
CREATE INDEX "effort_by_ticket" ON "effort" USING btree ("ticket_id");
CREATE INDEX "effort_by_day" ON "effort" USING btree ("day");
CREATE UNIQUE INDEX "overrides_current" ON "overrides" USING btree ("ticket_id") WHERE undone_at IS NULL;
CREATE INDEX "person_days_by_day" ON "person_days" USING btree ("day","team_id");
CREATE INDEX "setting_versions_by_row" ON "setting_versions" USING btree ("of","key","id");
CREATE INDEX "accounts_by_person" ON "accounts" USING btree ("person_id");
CREATE INDEX "team_sources_by_connection" ON "team_sources" USING btree ("connection_id");
CREATE INDEX "activities_by_author" ON "activities" USING btree ("author_account_id","at") WHERE kind <> 'other-edit';
CREATE INDEX "raw_ticket_versions_by_ticket" ON "raw_ticket_versions" USING btree ("ticket_id","id");
CREATE INDEX "ticket_keys_by_key" ON "ticket_keys" USING btree ("key");
CREATE INDEX "ticket_keys_by_ticket" ON "ticket_keys" USING btree ("ticket_id");
CREATE INDEX "tickets_by_key" ON "tickets" USING btree ("key");
CREATE INDEX "tickets_by_parent" ON "tickets" USING btree ("connection_id","parent_external_id");
CREATE INDEX "tickets_by_parent_key" ON "tickets" USING btree ("connection_id","parent_key");
CREATE INDEX "tickets_by_update" ON "tickets" USING btree ("updated_at","id");
CREATE INDEX "tickets_by_creation" ON "tickets" USING btree ("created_at","id");
CREATE INDEX "tickets_by_completion" ON "tickets" USING btree ("completed_at");
CREATE INDEX "transitions_by_author" ON "transitions" USING btree ("author_account_id","at") WHERE field IN ('status', 'assignee', 'estimate');
CREATE INDEX "worklogs_by_id" ON "worklogs" USING btree ("id");
CREATE VIEW "public"."ticket_teams" AS (
  SELECT t.id AS ticket_id,
         (SELECT s.team_id FROM team_sources s
           WHERE s.connection_id = t.connection_id AND (s.project IS NULL OR s.project = t.project_key)
             AND (s.tracker_team IS NULL OR s.tracker_team = t.tracker_team_key) AND (s.label IS NULL OR s.label = ANY (t.labels))
           ORDER BY s.id LIMIT 1) AS team_id
    FROM tickets t);
