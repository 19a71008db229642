-- Per project: wat er is bereikt naast het doel.
CREATE VIEW monitor_4_doelen AS
SELECT p.code AS project, p.naam AS projectnaam, p.categorie AS categorie, p.thema AS thema, p.status AS status,
       p.doel_trajecten AS doel_trajecten,
       (SELECT coalesce(sum(t.gestart), 0) FROM monitor_1_trajecten t WHERE t.project = p.code) AS trajecten,
       (SELECT coalesce(sum(u.uitgestroomd), 0) FROM monitor_2_uitstroom u WHERE u.project = p.code) AS uitstroom,
       p.doel_plaatsingen AS doel_plaatsingen,
       (SELECT coalesce(sum(w.geplaatst), 0) FROM monitor_3_plaatsingen w WHERE w.project = p.code) AS plaatsingen
FROM project_nu p
