ALTER TABLE "raw_ticket_versions" ADD COLUMN "known_at" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "raw_tickets" ADD COLUMN "known_at" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
UPDATE "raw_tickets" SET "known_at" = "fetched_at";
--> statement-breakpoint
UPDATE "raw_tickets" r SET "deleted_at" = t."deleted_at", "deleted_reason" = t."deleted_reason"
  FROM "tickets" t WHERE t."id" = r."ticket_id" AND t."deleted_reason" = 'trashed';
