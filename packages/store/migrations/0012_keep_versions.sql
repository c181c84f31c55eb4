-- Notes what a row said until now. Its arguments are the columns of the table's key.
CREATE FUNCTION keep_version() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  said jsonb := to_jsonb(CASE WHEN TG_OP = 'INSERT' THEN NEW ELSE OLD END) - 'evidence' - 'candidates';
BEGIN
  INSERT INTO "setting_versions" ("of", "key", "row", "at")
  SELECT TG_TABLE_NAME, string_agg(said ->> k.name, ' ' ORDER BY k.ordinal), CASE WHEN TG_OP <> 'INSERT' THEN said END, now()
    FROM unnest(TG_ARGV) WITH ORDINALITY AS k (name, ordinal);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER "keep_version" AFTER INSERT OR DELETE ON "organisation" FOR EACH ROW EXECUTE FUNCTION keep_version('id');
--> statement-breakpoint
CREATE TRIGGER "keep_version_changed" AFTER UPDATE ON "organisation" FOR EACH ROW WHEN ((OLD."name", OLD."time_zone", OLD."target") IS DISTINCT FROM (NEW."name", NEW."time_zone", NEW."target")) EXECUTE FUNCTION keep_version('id');
--> statement-breakpoint
CREATE TRIGGER "keep_version" AFTER INSERT OR DELETE ON "calendars" FOR EACH ROW EXECUTE FUNCTION keep_version('id');
--> statement-breakpoint
CREATE TRIGGER "keep_version_changed" AFTER UPDATE ON "calendars" FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION keep_version('id');
--> statement-breakpoint
CREATE TRIGGER "keep_version" AFTER INSERT OR DELETE ON "people" FOR EACH ROW EXECUTE FUNCTION keep_version('id');
--> statement-breakpoint
CREATE TRIGGER "keep_version_changed" AFTER UPDATE ON "people" FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION keep_version('id');
--> statement-breakpoint
CREATE TRIGGER "keep_version" AFTER INSERT OR DELETE ON "accounts" FOR EACH ROW EXECUTE FUNCTION keep_version('connection_id', 'account_id');
--> statement-breakpoint
CREATE TRIGGER "keep_version_changed" AFTER UPDATE ON "accounts" FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION keep_version('connection_id', 'account_id');
--> statement-breakpoint
CREATE TRIGGER "keep_version" AFTER INSERT OR DELETE ON "absences" FOR EACH ROW EXECUTE FUNCTION keep_version('person_id', 'from', 'to');
--> statement-breakpoint
CREATE TRIGGER "keep_version_changed" AFTER UPDATE ON "absences" FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION keep_version('person_id', 'from', 'to');
--> statement-breakpoint
CREATE TRIGGER "keep_version" AFTER INSERT OR DELETE ON "teams" FOR EACH ROW EXECUTE FUNCTION keep_version('id');
--> statement-breakpoint
CREATE TRIGGER "keep_version_changed" AFTER UPDATE ON "teams" FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION keep_version('id');
--> statement-breakpoint
CREATE TRIGGER "keep_version" AFTER INSERT OR DELETE ON "team_sources" FOR EACH ROW EXECUTE FUNCTION keep_version('id');
--> statement-breakpoint
CREATE TRIGGER "keep_version_changed" AFTER UPDATE ON "team_sources" FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION keep_version('id');
--> statement-breakpoint
CREATE TRIGGER "keep_version" AFTER INSERT OR DELETE ON "team_members" FOR EACH ROW EXECUTE FUNCTION keep_version('team_id', 'person_id', 'from');
--> statement-breakpoint
CREATE TRIGGER "keep_version_changed" AFTER UPDATE ON "team_members" FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION keep_version('team_id', 'person_id', 'from');
--> statement-breakpoint
CREATE TRIGGER "keep_version" AFTER INSERT OR DELETE ON "sprints" FOR EACH ROW EXECUTE FUNCTION keep_version('connection_id', 'external_id');
--> statement-breakpoint
CREATE TRIGGER "keep_version_changed" AFTER UPDATE ON "sprints" FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION keep_version('connection_id', 'external_id');
--> statement-breakpoint
CREATE TRIGGER "keep_version" AFTER INSERT OR DELETE ON "tracker_references" FOR EACH ROW EXECUTE FUNCTION keep_version('connection_id');
--> statement-breakpoint
CREATE TRIGGER "keep_version_changed" AFTER UPDATE ON "tracker_references" FOR EACH ROW WHEN (OLD."data" IS DISTINCT FROM NEW."data") EXECUTE FUNCTION keep_version('connection_id');
--> statement-breakpoint
CREATE TRIGGER "keep_version" AFTER DELETE ON "classifications" FOR EACH ROW EXECUTE FUNCTION keep_version('ticket_id');
--> statement-breakpoint
CREATE TRIGGER "keep_version_changed" AFTER UPDATE ON "classifications" FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION keep_version('ticket_id');
