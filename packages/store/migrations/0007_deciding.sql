ALTER TABLE "rule_sets" ADD COLUMN "revision" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "rule_sets" ADD COLUMN "based_on" integer;--> statement-breakpoint
ALTER TABLE "rule_sets" ADD COLUMN "note" text;--> statement-breakpoint
ALTER TABLE "rule_sets" ADD COLUMN "updated_at" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "rule_sets" ADD COLUMN "updated_by" text;