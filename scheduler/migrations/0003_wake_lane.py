"""The trigger that keeps a lane's `next_at` no later than its first waiting post (`scheduler.models.lanes`)."""

from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION oncue_wake_lane() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO scheduler_lane AS lane
        (id, workspace_id, account_id, kind, next_at, busy_fence, inits, infos, statuses)
    VALUES (
        gen_random_uuid(), NEW.workspace_id, NEW.account_id,
        CASE NEW.next_step WHEN 'send' THEN 'sends' ELSE 'calls' END,
        NEW.next_step_at, 0, '{}', '{}', '{}'
    )
    ON CONFLICT (account_id, kind) DO UPDATE SET next_at = EXCLUDED.next_at
    WHERE lane.next_at IS NULL OR lane.next_at > EXCLUDED.next_at;
    RETURN NULL;
END $$
"""

WAITS = "NEW.next_step_at IS NOT NULL AND NEW.account_id IS NOT NULL AND NEW.next_step <> 'commit'"

ON_INSERT = f"""
CREATE TRIGGER wake_lane_of_new_post AFTER INSERT ON scheduler_post
FOR EACH ROW WHEN ({WAITS}) EXECUTE FUNCTION oncue_wake_lane()
"""

# Moved later, a post needs no trigger: a lane may look too early, never too late.
ON_UPDATE = f"""
CREATE TRIGGER wake_lane_of_moved_post AFTER UPDATE OF next_step_at, next_step, account_id ON scheduler_post
FOR EACH ROW WHEN ({WAITS} AND (
    OLD.next_step_at IS NULL OR NEW.next_step_at < OLD.next_step_at
    OR NEW.next_step <> OLD.next_step OR NEW.account_id IS DISTINCT FROM OLD.account_id
)) EXECUTE FUNCTION oncue_wake_lane()
"""

FILL = """
INSERT INTO scheduler_lane (id, workspace_id, account_id, kind, next_at, busy_fence, inits, infos, statuses)
SELECT gen_random_uuid(), workspace_id, account_id, 'calls', min(next_step_at), 0, '{}', '{}', '{}'
FROM scheduler_post WHERE next_step_at IS NOT NULL AND account_id IS NOT NULL
GROUP BY workspace_id, account_id
"""


class Migration(migrations.Migration):
    dependencies = [("scheduler", "0002_engine_whole")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION IF EXISTS oncue_wake_lane()"),
        migrations.RunSQL(ON_INSERT, "DROP TRIGGER IF EXISTS wake_lane_of_new_post ON scheduler_post"),
        migrations.RunSQL(ON_UPDATE, "DROP TRIGGER IF EXISTS wake_lane_of_moved_post ON scheduler_post"),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
