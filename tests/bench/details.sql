-- As late.sql, and every other column of the order and of the parcel that came last behind them.
SET threads = {threads};
SET memory_limit = '{memory}';
SET temp_directory = '{tmp}';
COPY (
  WITH arrivals AS (
    SELECT order_id, count(*) = count(delivered_at) AS all_came, max(delivered_at) AS last,
           arg_max(shipment_id, delivered_at) AS shipment_id, arg_max(carrier, delivered_at) AS carrier,
           arg_max(shipped_at, delivered_at) AS shipped_at, arg_max(status, delivered_at) AS status,
           arg_max(reason, delivered_at) AS reason
    FROM read_csv('deliveries.csv', auto_detect = false, header = true, delim = ',', quote = '"', escape = '"',
      columns = {'order_id': 'VARCHAR', 'shipment_id': 'VARCHAR', 'carrier': 'VARCHAR', 'shipped_at': 'TIMESTAMPTZ',
                 'delivered_at': 'TIMESTAMPTZ', 'status': 'VARCHAR', 'reason': 'VARCHAR'})
    GROUP BY order_id),
  orders AS (
    SELECT *, row_number() OVER () AS row
    FROM read_csv('orders.csv', auto_detect = false, header = true, delim = ',', quote = '"', escape = '"',
      columns = {'order_id': 'VARCHAR', 'customer_id': 'VARCHAR', 'placed_at': 'TIMESTAMPTZ', 'promised_at': 'TIMESTAMPTZ',
                 'order_value': 'DECIMAL(12,2)', 'currency': 'VARCHAR', 'service': 'VARCHAR', 'region': 'VARCHAR'})),
  judged AS (
    SELECT *, CASE WHEN all_came THEN last END AS met, coalesce(met, TIMESTAMPTZ '{as_of} 00:00:00+00') AS until
    FROM orders LEFT JOIN arrivals USING (order_id))
  SELECT 'bench/order/' || order_id || '/stated-date' AS "case", order_id AS "order", 'stated-date' AS guarantee,
         CASE WHEN met IS NULL THEN 'overdue' ELSE 'late' END AS kind,
         strftime(promised_at::TIMESTAMP, '%Y-%m-%dT%H:%M:%SZ') AS due, strftime(met::TIMESTAMP, '%Y-%m-%dT%H:%M:%SZ') AS met_at,
         (epoch_ms(until) - epoch_ms(promised_at)) // 60000 AS late_minutes,
         until::TIMESTAMP::DATE - promised_at::TIMESTAMP::DATE AS late_days,
         customer_id, placed_at, order_value, currency, service, region, shipment_id, carrier, shipped_at, status, reason
  FROM judged
  WHERE until > promised_at
  ORDER BY row
) TO '{out}' (HEADER);
