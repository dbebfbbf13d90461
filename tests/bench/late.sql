-- What amends check finds in the generated orders, in plain SQL: the yardstick for its speed.
.mode csv
.import orders.csv orders
SELECT order_id, CASE WHEN delivered_at = '' THEN 'overdue' ELSE 'late' END, promised_at, delivered_at,
       CAST(julianday(CASE WHEN delivered_at = '' THEN '2026-01-01' ELSE date(delivered_at) END) - julianday(promised_at) AS INTEGER)
FROM orders
WHERE (delivered_at <> '' AND substr(delivered_at, 1, 10) > promised_at)
   OR (delivered_at = '' AND promised_at < '2026-01-01');
