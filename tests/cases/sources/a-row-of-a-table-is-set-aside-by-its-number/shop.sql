create table orders (order_id, note, promised_at, delivered_at);
insert into orders values (1, 'two
lines', '2026-04-07', '2026-04-06'), (2, '', '7 April', null), (3, null, '2026-04-07', '2026-04-08'), (3, null, '2026-04-07', '2026-04-09');
