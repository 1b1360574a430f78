-- Makes PgBouncer's userlist.txt: what PostgreSQL keeps of the password of
-- keywheel's role, which is not the password. As PostgreSQL's superuser:
--
--   runuser -u postgres -- psql -XAqt -f userlist.sql \
--       -o /etc/pgbouncer/userlist.txt
--   systemctl reload pgbouncer
--
-- and again whenever the password has been changed.
select format('"%s" "%s"', rolname, rolpassword)
from pg_authid
where rolname = 'keywheel_app' and rolcanlogin
	and rolpassword like 'SCRAM-SHA-256$%';
