CREATE TABLE "setting_versions" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"of" text NOT NULL,
	"key" text NOT NULL,
	"row" jsonb,
	"at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "raw_ticket_versions" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"ticket_id" uuid NOT NULL,
	"connection_id" uuid NOT NULL,
	"external_id" text NOT NULL,
	"payload" json NOT NULL,
	"fetched_at" timestamp with time zone NOT NULL,
	"deleted_at" timestamp with time zone,
	"deleted_reason" text,
	"deleted_read_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "home_person_id" uuid;--> statement-breakpoint
ALTER TABLE "people" ADD COLUMN "kind_decided" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "raw_tickets" ADD COLUMN "deleted_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "raw_tickets" ADD COLUMN "deleted_reason" text;--> statement-breakpoint
ALTER TABLE "raw_tickets" ADD COLUMN "deleted_read_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "raw_ticket_versions" ADD CONSTRAINT "raw_ticket_versions_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "setting_versions_by_row" ON "setting_versions" USING btree ("of","key","id");--> statement-breakpoint
CREATE INDEX "raw_ticket_versions_by_ticket" ON "raw_ticket_versions" USING btree ("ticket_id","id");--> statement-breakpoint
UPDATE "raw_tickets" r SET "deleted_at" = t."deleted_at", "deleted_reason" = t."deleted_reason", "deleted_read_at" = t."fetched_at"
  FROM "tickets" t WHERE t."id" = r."ticket_id" AND t."deleted_at" IS NOT NULL AND t."deleted_reason" IS DISTINCT FROM 'trashed';
