-- Why:   the laws on pay that were read, each with its sources; docs/laws-on-pay.md tells which were left out.
-- Locks: pay_disclosure_rules, ROW EXCLUSIVE, for a few rows.
-- Undo:  0110_add_pay_disclosure_rules.down.sql deletes them: posts are published whatever these laws say.

INSERT INTO pay_disclosure_rules (place, begins_on, kind, is_salary_history_refused, law, sources, read_on) VALUES
    ('AT', '2011-03-01', 'in_post', false, 'Gleichbehandlungsgesetz, § 9 Abs. 2', '{
        https://www.ris.bka.gv.at/NormDokument.wxe?Abfrage=Bundesnormen&Gesetzesnummer=20003395&FassungVom=2021-02-23&Artikel=&Paragraf=9&Anlage=&Uebergangsrecht=,
        https://360.lexisnexis.at/d/z_bbi_2011_3_BBInfo_2011_03_6_89bd51b7f8?origin=lk
    }', '2026-12-02'),
    ('IT', '2026-06-07', 'in_post', true, 'Decreto legislativo 96/2026 (Directive (EU) 2023/970)', '{
        https://dl-law.it/en/trasparenza-retributiva-pubblicato-il-decreto-di-recepimento-della-direttiva-ue-2023-970/,
        https://latestnewsandupdates.com/salary-transparency-decree-in-the-official-journal-what-changes-from-7-june-2026-from-job-advertisements-to-sanctions/
    }', '2026-12-02'),
    ('LT', '2019-07-27', 'in_post', false, 'Labour Code, Article 25', '{
        https://www.e-tar.lt/rs/legalact/f54f9a90af9a11e98451fa7b5933515d/,
        https://bnt.eu/pl/wiadomosci-prawne/amendment-to-lithuanian-labour-code-new-obligation-for-employers/,
        https://iuslaboris.com/insights/what-salary-information-must-be-in-a-job-advertisement-in-lithuania/
    }', '2026-12-02'),
    ('LV', '2018-11-28', 'in_post', false, 'Labour Law, Section 32', '{
        https://lvportals.lv/e-konsultacijas/35080-latvijas-uznemumu-darba-sludinajumiem-piemerojamas-valodas-prasibas-2025,
        http://balticmagazine.com/new-amendments-to-the-law-on-labor-entered-into-force/
    }', '2026-12-02'),
    ('PL', '2025-12-24', 'before_interview', true, 'Labour Code, Articles 18(3ca) and 22(1)', '{
        https://www.ecovis.com/poland/?p=3111,
        https://abclegal.com.pl/en/inne/new-employer-obligations-starting-december-24-2025-remuneration-transparency-and-gender-neutrality-in-job-advertisements
    }', '2026-12-02'),
    ('SK', '2018-05-01', 'in_post', false, 'Act No. 63/2018 Coll. (Employment Services Act)', '{
        https://www.lexology.com/library/detail.aspx?g=42135872-ec61-4e7a-a119-dcd0cea70eb5,
        http://webiis05.mondaq.com/Employment-and-HR/699412/Changes-To-The-Slovak-Labour-Code-In-May-2018
    }', '2026-12-02'),
    ('US-CA', '2023-01-01', 'in_post', true, 'Labor Code, section 432.3', '{
        https://www.dir.ca.gov/dlse/California_Equal_Pay_Act.htm,
        https://www.californiaemploymentlawreport.com/2023/03/californias-requirement-to-publish-pay-scale-in-job-postings/
    }', '2026-12-02'),
    ('US-CO', '2021-01-01', 'in_post', true, 'Equal Pay for Equal Work Act, C.R.S. 8-5-201', '{
        https://casetext.com/statute/colorado-revised-statutes/title-8-labor-and-industry/labor-i-department-of-labor-and-employment/wages/article-5-wage-equality/part-2-transparency-in-pay-and-opportunities-for-promotion-and-advancement/section-8-5-201-effective-112024-employment-opportunities-job-opportunities-or-advancement-pay-rates-in-job-listings-rules,
        https://trusaic.com/regulatory-pay-transparency-reporting/us-colorado
    }', '2026-12-02'),
    ('US-NY', '2023-09-17', 'in_post', true, 'Labor Law, sections 194-a and 194-b', '{
        https://nysenate.gov/legislation/laws/LAB/194-B,
        https://bsk.com/news-events-videos/new-york-state-pay-transparency-law-amendments-signed-into-law/print,
        https://www.nysenate.gov/legislation/laws/LAB/194-A
    }', '2026-12-02'),
    ('US-WA', '2023-01-01', 'in_post', true, 'Equal Pay and Opportunities Act, RCW 49.58.110', '{
        https://hrs.wsu.edu/equal-pay-and-opportunities-act-frequently-asked-questions/,
        https://sbhlegal.com/washington-state-requiring-salary-transparency-on-job-postings-effective-january-1-2023/
    }', '2026-12-02');
