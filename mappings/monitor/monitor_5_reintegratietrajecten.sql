-- Gestarte re-integratietrajecten per gemeente en kwartaal (zie traject_uit_voorzieningen).
CREATE VIEW monitor_5_reintegratietrajecten AS
SELECT gemeente, substr(begindatum, 1, 4) || '-K' || ((CAST(substr(begindatum, 6, 2) AS INTEGER) + 2) / 3) AS kwartaal,
       count(*) AS gestart
FROM traject_uit_voorzieningen
GROUP BY 1, 2
