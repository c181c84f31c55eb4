CREATE TABLE "census_sightings" (
	"connection_id" uuid NOT NULL,
	"external_id" text NOT NULL,
	CONSTRAINT "census_sightings_connection_id_external_id_pk" PRIMARY KEY("connection_id","external_id")
);
--> statement-breakpoint
CREATE TABLE "connection_leases" (
	"connection_id" uuid PRIMARY KEY NOT NULL,
	"holder" text NOT NULL,
	"until" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "missing_tickets" (
	"connection_id" uuid NOT NULL,
	"external_id" text NOT NULL,
	"absent_since" timestamp with time zone,
	"confirmed_at" timestamp with time zone,
	"verdict" text DEFAULT 'open' NOT NULL,
	CONSTRAINT "missing_tickets_connection_id_external_id_pk" PRIMARY KEY("connection_id","external_id")
);
--> statement-breakpoint
DROP INDEX "webhook_inbox_waiting";--> statement-breakpoint
ALTER TABLE "connections" ADD COLUMN "advanced_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "census_sightings" ADD CONSTRAINT "census_sightings_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "connection_leases" ADD CONSTRAINT "connection_leases_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "missing_tickets" ADD CONSTRAINT "missing_tickets_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "worklogs_by_id" ON "worklogs" USING btree ("id");--> statement-breakpoint
CREATE INDEX "webhook_inbox_waiting" ON "webhook_inbox" USING btree ("connection_id","received_at") WHERE processed_at IS NULL;