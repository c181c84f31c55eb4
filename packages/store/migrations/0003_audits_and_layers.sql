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
--> statement-breakpoint
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
--> statement-breakpoint
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
--> statement-breakpoint
CREATE TABLE "model_layer_predictions" (
	"layer_version" integer NOT NULL,
	"ticket_id" uuid NOT NULL,
	"p_feature" double precision NOT NULL,
	"p_strategic" double precision NOT NULL,
	"p_sustaining" double precision NOT NULL,
	CONSTRAINT "model_layer_predictions_layer_version_ticket_id_pk" PRIMARY KEY("layer_version","ticket_id")
);
--> statement-breakpoint
CREATE TABLE "model_layers" (
	"version" integer PRIMARY KEY NOT NULL,
	"base_version" text NOT NULL,
	"state" text NOT NULL,
	"corrections" integer NOT NULL,
	"corrections_hash" text NOT NULL,
	"evaluation" jsonb NOT NULL,
	"layer" "bytea" NOT NULL,
	"made_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp with time zone,
	"ended_by" text
);
--> statement-breakpoint
ALTER TABLE "overrides" ADD COLUMN "audit_id" uuid;--> statement-breakpoint
ALTER TABLE "stage_work" ADD COLUMN "recency" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "audit_items" ADD CONSTRAINT "audit_items_audit_id_audits_id_fk" FOREIGN KEY ("audit_id") REFERENCES "public"."audits"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audit_items" ADD CONSTRAINT "audit_items_ticket_id_tickets_id_fk" FOREIGN KEY ("ticket_id") REFERENCES "public"."tickets"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audit_labels" ADD CONSTRAINT "audit_labels_audit_id_audits_id_fk" FOREIGN KEY ("audit_id") REFERENCES "public"."audits"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audit_labels" ADD CONSTRAINT "audit_labels_ticket_id_tickets_id_fk" FOREIGN KEY ("ticket_id") REFERENCES "public"."tickets"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "model_layer_predictions" ADD CONSTRAINT "model_layer_predictions_layer_version_model_layers_version_fk" FOREIGN KEY ("layer_version") REFERENCES "public"."model_layers"("version") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "model_layer_predictions" ADD CONSTRAINT "model_layer_predictions_ticket_id_tickets_id_fk" FOREIGN KEY ("ticket_id") REFERENCES "public"."tickets"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "audit_items_by_place" ON "audit_items" USING btree ("audit_id","ordinal");--> statement-breakpoint
CREATE INDEX "audit_items_by_ticket" ON "audit_items" USING btree ("ticket_id");--> statement-breakpoint
CREATE UNIQUE INDEX "audit_labels_current" ON "audit_labels" USING btree ("ticket_id","reader") WHERE superseded_at IS NULL;--> statement-breakpoint
CREATE INDEX "audits_by_time" ON "audits" USING btree ("drawn_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "model_layers_live" ON "model_layers" USING btree ("state") WHERE state = 'live';--> statement-breakpoint
CREATE INDEX "stage_work_by_recency" ON "stage_work" USING btree ("stage","recency");