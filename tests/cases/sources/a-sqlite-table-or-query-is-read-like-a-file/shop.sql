create table orders (order_id integer, placed_at text, status text, promised_at text, delivered_at text,
                     email text, customer_name text, order_value real);
insert into orders values
  (4471, '2026-04-01', 'delivered',  '2026-04-07', '2026-04-07 09:10', 'ana@torres.example', 'Ana "Nan" Torres', 40),
  (4472, '2026-04-01', 'delivered',  '2026-04-07', '2026-04-08 10:00', 'bo@lind.example',    'Lind, Bo',         19.99),
  (4473, '2026-04-02', 'in_transit', '2026-04-08', null,               'cy@moss.example',    '',                 18.5);
create table parcels (order_id integer, shipment_id integer, delivered_at text, label blob);
insert into parcels values (4473, 1, '2026-04-09 12:00', x'00ff');
create view open_orders as select * from orders where delivered_at is null;
