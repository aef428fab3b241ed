// A peer: Go's net/http and pgx. It does the list and the static answer.
//
// As their documentation recommends, each request has a goroutine and takes a connection from a pgxpool, whose statements
// are prepared once; rows become structs, and encoding/json turns these into JSON. It is built against Debian's packages
// (golang-go, golang-github-jackc-pgx-v4-dev), which also say its versions:
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go build -o PROGRAM ./benchmarks/peers/go
package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"log"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgtype"
	"github.com/jackc/pgx/v4/pgxpool"
)

const connections = 8

const listApplications = `
SELECT a.id, a.external_id, a.candidate_id, a.job_id, a.post_id, s.id, s.name, s.kind, s.position, a.status,
       CASE a.status WHEN 'active' THEN 'open' WHEN 'hired' THEN 'hired' WHEN 'rejected' THEN 'declined'
                     WHEN 'withdrawn' THEN 'declined' END,
       a.transferred_to, a.transferred_from, a.source_id, a.source_application_id, a.referrer, a.referrer_id,
       a.assignee_id, a.source_details, a.answers, a.custom_fields, a.end_reason_id, a.override_reason, a.start_on,
       a.applied_at, a.ended_at, a.version, a.created_at, a.updated_at
FROM applications AS a
JOIN stages AS s ON s.organization_id = a.organization_id AND s.id = a.stage_id
JOIN jobs AS j ON j.organization_id = a.organization_id AND j.id = a.job_id
JOIN candidates AS c ON c.organization_id = a.organization_id AND c.id = a.candidate_id
WHERE a.organization_id = $1 AND c.user_id IS DISTINCT FROM $2
  AND (NOT j.is_confidential OR EXISTS (
      SELECT FROM hiring_team_members AS t
      WHERE t.organization_id = a.organization_id AND t.job_id = a.job_id AND t.user_id = $2
        AND t.role <> 'interviewer'
  ))
  AND a.job_id = $3
ORDER BY a.id DESC
LIMIT $4`

var errToken = errors.New("the token is invalid")

// UUID is an id that may be null, as JSON writes it.
type UUID struct{ pgtype.UUID }

// MarshalJSON writes the id in its usual form.
func (id UUID) MarshalJSON() ([]byte, error) {
	if id.Status != pgtype.Present {
		return []byte("null"), nil
	}
	const digits = "0123456789abcdef"
	text := make([]byte, 0, 38)
	text = append(text, '"')
	for place, value := range id.Bytes {
		if place == 4 || place == 6 || place == 8 || place == 10 {
			text = append(text, '-')
		}
		text = append(text, digits[value>>4], digits[value&15])
	}
	return append(text, '"'), nil
}

// Date is a day that may be null, as JSON writes it.
type Date struct{ pgtype.Date }

// MarshalJSON writes the day as in RFC 3339.
func (day Date) MarshalJSON() ([]byte, error) {
	if day.Status != pgtype.Present {
		return []byte("null"), nil
	}
	return []byte(day.Time.Format(`"2006-01-02"`)), nil
}

// Stage is a step of a job's pipeline.
type Stage struct {
	ID       UUID   `json:"id"`
	Name     string `json:"name"`
	Kind     string `json:"kind"`
	Position int16  `json:"position"`
}

// Application is a candidate's pursuit of one job.
type Application struct {
	ID                  UUID            `json:"id"`
	ExternalID          *string         `json:"external_id"`
	CandidateID         UUID            `json:"candidate_id"`
	JobID               UUID            `json:"job_id"`
	PostID              UUID            `json:"post_id"`
	Stage               Stage           `json:"stage"`
	Status              string          `json:"status"`
	Outcome             *string         `json:"outcome"`
	TransferredTo       UUID            `json:"transferred_to"`
	TransferredFrom     UUID            `json:"transferred_from"`
	SourceID            UUID            `json:"source_id"`
	SourceApplicationID *string         `json:"source_application_id"`
	Referrer            *string         `json:"referrer"`
	ReferrerID          UUID            `json:"referrer_id"`
	AssigneeID          UUID            `json:"assignee_id"`
	SourceDetails       json.RawMessage `json:"source_details"`
	Answers             json.RawMessage `json:"answers"`
	CustomFields        json.RawMessage `json:"custom_fields"`
	EndReasonID         UUID            `json:"end_reason_id"`
	OverrideReason      *string         `json:"override_reason"`
	StartOn             Date            `json:"start_on"`
	AppliedAt           time.Time       `json:"applied_at"`
	EndedAt             *time.Time      `json:"ended_at"`
	Version             int32           `json:"version"`
	CreatedAt           time.Time       `json:"created_at"`
	UpdatedAt           time.Time       `json:"updated_at"`
}

// Page is the first page of a list of applications.
type Page struct {
	Items      []Application `json:"items"`
	NextCursor *string       `json:"next_cursor"`
}

// Claims are what a token says.
type Claims struct {
	Organization string `json:"org"`
	Subject      string `json:"sub"`
	Audience     string `json:"aud"`
	ExpiresAt    int64  `json:"exp"`
}

type server struct {
	pool *pgxpool.Pool
	key  []byte
}

// claims checks a token of HS256 and returns what it says.
func (s *server) claims(header string) (Claims, error) {
	var protected struct {
		Algorithm string `json:"alg"`
	}
	var claims Claims
	parts := strings.Split(strings.TrimPrefix(header, "Bearer "), ".")
	if !strings.HasPrefix(header, "Bearer ") || len(parts) != 3 {
		return claims, errToken
	}
	if err := decode(parts[0], &protected); err != nil || protected.Algorithm != "HS256" {
		return claims, errToken
	}
	code := hmac.New(sha256.New, s.key)
	code.Write([]byte(parts[0] + "." + parts[1]))
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil || !hmac.Equal(signature, code.Sum(nil)) {
		return claims, errToken
	}
	if err := decode(parts[1], &claims); err != nil || claims.Audience != "hiring-api" {
		return claims, errToken
	}
	if claims.ExpiresAt <= time.Now().Unix() {
		return claims, errToken
	}
	return claims, nil
}

// decode reads a part of a token.
func decode(part string, into interface{}) error {
	text, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}

// ids reads the ids of the caller's organization and of the caller.
func (c Claims) ids() (organization, user pgtype.UUID, err error) {
	if err = organization.Set(c.Organization); err == nil {
		err = user.Set(c.Subject)
	}
	return organization, user, err
}

// applications reads the newest applications of a job.
func (s *server) applications(ctx context.Context, organization, user, job pgtype.UUID, limit int) ([]Application, error) {
	rows, err := s.pool.Query(ctx, listApplications, organization, user, job, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	items := make([]Application, 0, limit)
	for rows.Next() {
		var a Application
		if err := rows.Scan(
			&a.ID.UUID, &a.ExternalID, &a.CandidateID.UUID, &a.JobID.UUID, &a.PostID.UUID, &a.Stage.ID.UUID, &a.Stage.Name,
			&a.Stage.Kind, &a.Stage.Position, &a.Status, &a.Outcome, &a.TransferredTo.UUID,
			&a.TransferredFrom.UUID, &a.SourceID.UUID, &a.SourceApplicationID, &a.Referrer, &a.ReferrerID.UUID,
			&a.AssigneeID.UUID, &a.SourceDetails, &a.Answers, &a.CustomFields, &a.EndReasonID.UUID, &a.OverrideReason,
			&a.StartOn.Date, &a.AppliedAt, &a.EndedAt, &a.Version, &a.CreatedAt, &a.UpdatedAt,
		); err != nil {
			return nil, err
		}
		items = append(items, a)
	}
	return items, rows.Err()
}

// listApplications answers GET /api/v1/jobs/{job_id}/applications.
func (s *server) listApplications(w http.ResponseWriter, r *http.Request) {
	parts := strings.Split(strings.TrimPrefix(r.URL.Path, "/api/v1/jobs/"), "/")
	if r.Method != http.MethodGet || len(parts) != 2 || parts[1] != "applications" {
		http.NotFound(w, r)
		return
	}
	claims, err := s.claims(r.Header.Get("Authorization"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusUnauthorized)
		return
	}
	organization, user, err := claims.ids()
	if err != nil {
		http.Error(w, errToken.Error(), http.StatusUnauthorized)
		return
	}
	var job pgtype.UUID
	limit, limitErr := 25, error(nil)
	if given := r.URL.Query().Get("limit"); given != "" {
		limit, limitErr = strconv.Atoi(given)
	}
	if job.Set(parts[0]) != nil || limitErr != nil || limit < 1 || limit > 100 {
		http.Error(w, "the job or the limit is invalid", http.StatusUnprocessableEntity)
		return
	}
	items, err := s.applications(r.Context(), organization, user, job, limit)
	if err != nil {
		log.Print(err)
		http.Error(w, "the list could not be read", http.StatusInternalServerError)
		return
	}
	answer(w, Page{Items: items})
}

// answer writes a body as JSON.
func answer(w http.ResponseWriter, body interface{}) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(body); err != nil {
		log.Print(err)
	}
}

// checkLiveness answers GET /livez without a database.
func checkLiveness(w http.ResponseWriter, r *http.Request) {
	answer(w, struct {
		Status string `json:"status"`
	}{"alive"})
}

func main() {
	settings, err := pgxpool.ParseConfig(os.Getenv("PEER_DSN_READ"))
	if err != nil {
		log.Fatal(err)
	}
	settings.MinConns, settings.MaxConns = connections, connections
	pool, err := pgxpool.ConnectConfig(context.Background(), settings)
	if err != nil {
		log.Fatal(err)
	}
	s := &server{pool: pool, key: []byte(os.Getenv("PEER_KEY"))}
	http.HandleFunc("/livez", checkLiveness)
	http.HandleFunc("/api/v1/jobs/", s.listApplications)
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PEER_PORT"), nil))
}
