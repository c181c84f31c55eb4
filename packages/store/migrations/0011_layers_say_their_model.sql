DROP INDEX "stage_work_by_recency";--> statement-breakpoint
ALTER TABLE "model_layers" ADD COLUMN "model_version" text NOT NULL;--> statement-breakpoint
ALTER TABLE "rollouts" ADD COLUMN "through_updated_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "stage_work" DROP COLUMN "recency";