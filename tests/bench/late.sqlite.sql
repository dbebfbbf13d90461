-- What amends check finds in the files of orders.cpp, for the sqlite3 shell.
.mode csv
.import orders.csv orders
.import deliveries.csv deliveries
CREATE INDEX by_order ON deliveries(order_id, delivered_at);
SELECT order_id, iif(met IS NULL, 'overdue', 'late'), datetime(promised_at), datetime(met),
       CAST((julianday(coalesce(met, '2026-07-01')) - julianday(promised_at)) * 1440 AS INTEGER)
FROM (SELECT order_id, promised_at,
             (SELECT iif(min(delivered_at) = '', NULL, max(datetime(delivered_at))) FROM deliveries d WHERE d.order_id = o.order_id) AS met
      FROM orders o)
WHERE julianday(coalesce(met, '2026-07-01')) > julianday(promised_at);
