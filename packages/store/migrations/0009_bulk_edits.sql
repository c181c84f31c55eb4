CREATE TABLE "bulk_edits" (
	"ticket_id" uuid NOT NULL,
	"account_id" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "bulk_edits_ticket_id_account_id_at_pk" PRIMARY KEY("ticket_id","account_id","at")
);
--> statement-breakpoint
ALTER TABLE "bulk_edits" ADD CONSTRAINT "bulk_edits_ticket_id_tickets_id_fk" FOREIGN KEY ("ticket_id") REFERENCES "public"."tickets"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "activities_by_author" ON "activities" USING btree ("author_account_id","at") WHERE kind <> 'other-edit';--> statement-breakpoint
CREATE INDEX "transitions_by_author" ON "transitions" USING btree ("author_account_id","at") WHERE field IN ('status', 'assignee', 'estimate');