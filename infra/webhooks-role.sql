-- The account of the public edge. It may store what trackers send and read the secrets that verify it: not the
-- credentials of trackers, not a single ticket. Run after every migration, with psql -v password=...; repeatable.
SELECT 'CREATE ROLE headroom_webhooks' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'headroom_webhooks') \gexec
ALTER ROLE headroom_webhooks LOGIN PASSWORD :'password' CONNECTION LIMIT 40;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM headroom_webhooks;
GRANT USAGE ON SCHEMA public TO headroom_webhooks;
GRANT SELECT ON webhook_secrets TO headroom_webhooks;
GRANT INSERT ON webhook_inbox TO headroom_webhooks;
