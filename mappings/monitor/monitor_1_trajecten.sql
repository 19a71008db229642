-- Gestarte trajecten: deelnames aan een project, elk geteld in het kwartaal waarin zij begonnen. Een deelname die door
-- twee bronnen wordt gemeld is één deelname. Gemeente: waar de inwoner bij de start woonde, of anders nu.
CREATE VIEW monitor_1_trajecten AS
SELECT p.code AS project, p.naam AS projectnaam, p.categorie AS categorie, coalesce(d.gemeente, i.gemeente) AS gemeente,
       substr(d.begindatum, 1, 4) || '-K' || ((CAST(substr(d.begindatum, 6, 2) AS INTEGER) + 2) / 3) AS kwartaal,
       count(*) AS gestart
FROM deelname_nu d
JOIN project_nu p ON p.id = d.project
LEFT JOIN persoon_nu i ON i.id = d.persoon
WHERE length(d.begindatum) >= 7
GROUP BY 1, 2, 3, 4, 5
