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
--> statement-breakpoint
CREATE TABLE "llm_standings" (
	"asker" text PRIMARY KEY NOT NULL,
	"counts" boolean NOT NULL,
	"audited" integer NOT NULL,
	"llm_right" integer NOT NULL,
	"model_right" integer NOT NULL,
	"judged_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "llm_usage" (
	"day" date PRIMARY KEY NOT NULL,
	"tokens" bigint DEFAULT 0 NOT NULL,
	"requests" integer DEFAULT 0 NOT NULL,
	"answered" integer DEFAULT 0 NOT NULL,
	"discarded" integer DEFAULT 0 NOT NULL,
	"failed" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "rollouts" (
	"id" smallint PRIMARY KEY DEFAULT 1 NOT NULL,
	"model_version" text NOT NULL,
	"rule_set_version" integer NOT NULL,
	"through" uuid,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "overrides" ADD COLUMN "before" jsonb;--> statement-breakpoint
ALTER TABLE "llm_answers" ADD CONSTRAINT "llm_answers_ticket_id_tickets_id_fk" FOREIGN KEY ("ticket_id") REFERENCES "public"."tickets"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "llm_answers_by_asker" ON "llm_answers" USING btree ("model","prompt_version");