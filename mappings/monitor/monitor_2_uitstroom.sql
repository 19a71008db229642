-- Uitstroom: deelnames aan een project die eindigden, naar resultaat, in het kwartaal van de einddatum.
CREATE VIEW monitor_2_uitstroom AS
SELECT p.code AS project, p.naam AS projectnaam, p.categorie AS categorie, coalesce(d.gemeente, i.gemeente) AS gemeente,
       substr(d.einddatum, 1, 4) || '-K' || ((CAST(substr(d.einddatum, 6, 2) AS INTEGER) + 2) / 3) AS kwartaal,
       coalesce(d.resultaat, 'onbekend') AS resultaat, count(*) AS uitgestroomd
FROM deelname_nu d
JOIN project_nu p ON p.id = d.project
LEFT JOIN persoon_nu i ON i.id = d.persoon
WHERE length(d.einddatum) >= 7
GROUP BY 1, 2, 3, 4, 5, 6
